// Decides the rounds that assignor_probe prints with Kafka Connect's own assignors and compares. Prints one line
// per round that differs, then a summary as JSON. In Connect's package because half of what it needs is not public.

package org.apache.kafka.connect.runtime.distributed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.internals.AbstractCoordinator;
import org.apache.kafka.common.message.JoinGroupResponseData.JoinGroupResponseMember;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.connect.storage.ClusterConfigState;
import org.apache.kafka.connect.storage.ConfigBackingStore;
import org.apache.kafka.connect.util.ConnectorTaskId;

public class AssignorProbe {
  private static final ObjectMapper JSON = new ObjectMapper();

  private long nowMs;
  private final Map<String, ConnectAssignor> assignors = new HashMap<>(); // by leader

  private final Time time =
      (Time)
          Proxy.newProxyInstance(
              AssignorProbe.class.getClassLoader(),
              new Class<?>[] {Time.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("milliseconds")) return nowMs;
                throw new UnsupportedOperationException(method.getName());
              });

  public static void main(String[] arguments) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    AssignorProbe probe = new AssignorProbe();
    long rounds = 0;
    long different = 0;
    long moved = 0;
    long delayed = 0;
    long group = -1;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonNode round = JSON.readTree(line);
      if (round.has("group")) {
        group = round.get("group").asLong();
        probe.assignors.clear();
        continue;
      }
      ++rounds;
      String java = probe.decide(round);
      String ours = describeOurs(round);
      if (java.contains("revoked=[c")) ++moved;
      if (!java.contains("delay=0")) ++delayed;
      if (java.equals(ours)) continue;
      if (++different <= 20)
        System.out.println("group " + group + "\nround " + line + "\njava  " + java + "\nours  " + ours);
    }
    System.out.println(
        "{\"rounds\":" + rounds + ",\"different\":" + different + ",\"with_revocations\":" + moved
            + ",\"with_delay\":" + delayed + "}");
  }

  private String decide(JsonNode round) throws Exception {
    nowMs = round.get("now").asLong();
    String protocol = round.get("protocol").asText();
    String leader = round.get("leader").asText();
    int maxDelay = round.get("max_delay").asInt();
    List<JoinGroupResponseMember> members = new ArrayList<>();
    long reported = 0;
    for (JsonNode member : round.get("members")) {
      byte[] metadata = HexFormat.of().parseHex(member.get(1).asText());
      String id = member.get(0).asText();
      members.add(new JoinGroupResponseMember().setMemberId(id).setMetadata(metadata));
      if (id.equals(leader))
        reported = IncrementalCooperativeConnectProtocol.deserializeMetadata(ByteBuffer.wrap(metadata)).offset();
    }
    WorkerCoordinator coordinator = coordinator(round, reported);
    ConnectAssignor assignor =
        protocol.equals("default")
            ? new EagerAssignor(new LogContext())
            : assignors.computeIfAbsent(
                leader, key -> new IncrementalCooperativeAssignor(new LogContext(), time, maxDelay));
    Map<String, ByteBuffer> assignments = assignor.performAssignment(leader, protocol, members, coordinator);
    Map<String, String> result = new TreeMap<>();
    for (Map.Entry<String, ByteBuffer> entry : assignments.entrySet())
      result.put(entry.getKey(), describe(entry.getValue()));
    return result + " owners " + owners(coordinator);
  }

  private static String describeOurs(JsonNode round) {
    Map<String, String> result = new TreeMap<>();
    JsonNode assignments = round.get("assignments");
    for (Iterator<String> ids = assignments.fieldNames(); ids.hasNext(); ) {
      String id = ids.next();
      result.put(id, describe(ByteBuffer.wrap(HexFormat.of().parseHex(assignments.get(id).asText()))));
    }
    Map<String, String> owners = new TreeMap<>();
    JsonNode owned = round.get("owned");
    for (Iterator<String> ids = owned.fieldNames(); ids.hasNext(); ) {
      String id = ids.next();
      for (JsonNode item : owned.get(id)) owners.put(item.asText(), id);
    }
    return result + " owners " + owners;
  }

  private static String describe(ByteBuffer bytes) {
    ExtendedAssignment assignment = IncrementalCooperativeConnectProtocol.deserializeAssignment(bytes);
    Set<String> assigned = new TreeSet<>(assignment.connectors());
    for (ConnectorTaskId task : assignment.tasks()) assigned.add(task.toString());
    Set<String> revoked = new TreeSet<>(assignment.revokedConnectors());
    for (ConnectorTaskId task : assignment.revokedTasks()) revoked.add(task.toString());
    return "version=" + assignment.version() + " error=" + assignment.error() + " leader=" + assignment.leader()
        + " url=" + assignment.leaderUrl() + " offset=" + assignment.offset() + " assigned=" + assigned
        + " revoked=" + revoked + " delay=" + assignment.delay();
  }

  /** A coordinator without a group: only what assignors ask of it. */
  private static WorkerCoordinator coordinator(JsonNode round, long reportedOffset) throws Exception {
    Class<?> unsafe = Class.forName("sun.misc.Unsafe");
    WorkerCoordinator coordinator =
        (WorkerCoordinator)
            unsafe
                .getMethod("allocateInstance", Class.class)
                .invoke(get(unsafe, null, "theUnsafe"), WorkerCoordinator.class);
    ClusterConfigState fresh = state(round, round.get("config_offset").asLong());
    ConfigBackingStore store =
        (ConfigBackingStore)
            Proxy.newProxyInstance(
                AssignorProbe.class.getClassLoader(),
                new Class<?>[] {ConfigBackingStore.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("snapshot")) return fresh;
                  throw new UnsupportedOperationException(method.getName());
                });
    set(WorkerCoordinator.class, coordinator, "configStorage", store);
    set(WorkerCoordinator.class, coordinator, "lastCompletedGenerationId", round.get("completed").asInt());
    set(
        AbstractCoordinator.class,
        coordinator,
        "generation",
        generation(round.get("generation").asInt()));
    coordinator.configSnapshot(state(round, reportedOffset));
    return coordinator;
  }

  private static ClusterConfigState state(JsonNode round, long offset) {
    Map<String, Integer> counts = new HashMap<>();
    Map<String, Map<String, String>> configs = new HashMap<>();
    for (Iterator<String> names = round.get("connectors").fieldNames(); names.hasNext(); ) {
      String name = names.next();
      counts.put(name, round.get("connectors").get(name).asInt());
      configs.put(name, Collections.emptyMap());
    }
    return new ClusterConfigState(
        offset, null, counts, configs, new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>(),
        new HashMap<>(), new java.util.HashSet<>(), new java.util.HashSet<>());
  }

  private static Object generation(int id) throws Exception {
    Constructor<?> constructor =
        Class.forName(AbstractCoordinator.class.getName() + "$Generation")
            .getDeclaredConstructor(int.class, String.class, String.class);
    constructor.setAccessible(true);
    return constructor.newInstance(id, "", "");
  }

  private static void set(Class<?> type, Object object, String name, Object value) throws Exception {
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    field.set(object, value);
  }

  private static Object get(Class<?> type, Object object, String name) throws Exception {
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    return field.get(object);
  }

  /** Empty if the round ended before anything was assigned. */
  private static Map<String, String> owners(WorkerCoordinator coordinator) throws Exception {
    Map<String, String> owners = new TreeMap<>();
    Object state = get(WorkerCoordinator.class, coordinator, "leaderState");
    if (state == null) return owners;
    Map<?, ?> connectors = (Map<?, ?>) get(state.getClass(), state, "connectorOwners");
    Map<?, ?> tasks = (Map<?, ?>) get(state.getClass(), state, "taskOwners");
    connectors.forEach((item, id) -> owners.put(item.toString(), id.toString()));
    tasks.forEach((item, id) -> owners.put(item.toString(), id.toString()));
    return owners;
  }
}
