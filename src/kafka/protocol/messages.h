#pragma once
// Kafka's messages as structs: JoinGroupRequest, JoinGroupResponse, … with encode() and decode() for every
// version between kApi.min_version and kApi.max_version. Generated at build time from messages/*.msg.
//
// encode() writes only what the version has. decode() leaves what the version lacks at its default and fails
// the reader on anything that does not fit; trailing bytes are ignored, as Java does.

#include <kafka_messages.h>
