# Compiler settings, third-party packages and the functions every folder uses:
#   kefu_library(NAME SRCS … DEPS …)         a static library kefu_NAME
#   kefu_test(NAME SRCS … DEPS … [DB] [TIMEOUT s])  a GoogleTest binary, registered with ctest
#   kefu_topic_tests(SERVICE [TIMEOUT s])  a binary for each subfolder of a service's tests/
# DB marks tests that talk to the private MariaDB of the test run.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
# Release keeps assert(): a broken invariant must stop the process, not corrupt money.
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

find_program(KEFU_CCACHE ccache)
if(KEFU_CCACHE)
  # Paths relative to the checkout, so that every build folder and clone shares one cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${KEFU_CCACHE})
endif()
find_program(KEFU_MOLD mold)
if(KEFU_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

set(KEFU_SANITIZE "" CACHE STRING "empty, 'address,undefined' or 'thread'")
if(KEFU_SANITIZE)
  add_compile_options(-fsanitize=${KEFU_SANITIZE} -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${KEFU_SANITIZE})
  if(KEFU_SANITIZE STREQUAL "thread")
    # For tests that do less in a slow build.
    add_compile_definitions(KEFU_THREAD_SANITIZER)
    # protobuf's header gives every map field a member of its own under this macro, which Debian's
    # libprotobuf, built without it, does not know: maps would lie at different places.
    add_compile_options(-U__SANITIZE_THREAD__)
  endif()
endif()

# Debian's gRPC config refers to packages that it names before it finds them.
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(absl REQUIRED)
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(GTest REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(MariaDBC REQUIRED IMPORTED_TARGET libmariadb)
pkg_check_modules(TomlPlusPlus REQUIRED IMPORTED_TARGET tomlplusplus)

# Where the server of a ctest run lives: short, since socket paths are limited to 107 characters, and
# one per build folder.
string(SHA256 KEFU_TEST_DB_DIR "${CMAKE_BINARY_DIR}")
string(SUBSTRING "${KEFU_TEST_DB_DIR}" 0 12 KEFU_TEST_DB_DIR)
set(KEFU_TEST_DB_DIR "/tmp/kefu-test-db-${KEFU_TEST_DB_DIR}")

function(kefu_library name)
  cmake_parse_arguments(arg "" "" "SRCS;DEPS" ${ARGN})
  if(arg_SRCS)
    add_library(kefu_${name} STATIC ${arg_SRCS})
    target_include_directories(kefu_${name} PUBLIC "${CMAKE_SOURCE_DIR}")
    target_link_libraries(kefu_${name} PUBLIC ${arg_DEPS})
    target_compile_options(kefu_${name} PRIVATE -Wall -Wextra -Werror=return-type -Wno-sign-compare)
  else()
    add_library(kefu_${name} INTERFACE)
    target_include_directories(kefu_${name} INTERFACE "${CMAKE_SOURCE_DIR}")
    target_link_libraries(kefu_${name} INTERFACE ${arg_DEPS})
  endif()
endfunction()

function(kefu_test name)
  cmake_parse_arguments(arg "DB" "TIMEOUT" "SRCS;DEPS" ${ARGN})
  if(NOT arg_SRCS)
    message(WARNING "test ${name} has no sources yet")
    return()
  endif()
  add_executable(${name} ${arg_SRCS})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${arg_DEPS} kefu_testing GTest::gmock GTest::gtest_main)
  target_compile_options(${name} PRIVATE -Wall -Wextra -Wno-sign-compare)
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT})
  if(arg_DB)
    # One server for the whole ctest run (common/testing/CMakeLists.txt starts and stops it); a test
    # run by hand starts a private one.
    set_tests_properties(${name} PROPERTIES LABELS db FIXTURES_REQUIRED test_db
                         ENVIRONMENT "KEFU_TEST_DB_SOCKET=${KEFU_TEST_DB_DIR}/mysqld.sock")
    add_dependencies(${name} kefu-test-db)
  endif()
endfunction()

# tests/inbound/ of the warehouse becomes warehouse_inbound_test, helpers of the folder included.
function(kefu_topic_tests service)
  cmake_parse_arguments(arg "" "TIMEOUT" "" ${ARGN})
  set(timeout)
  if(arg_TIMEOUT)
    set(timeout TIMEOUT ${arg_TIMEOUT})
  endif()
  file(GLOB folders CONFIGURE_DEPENDS LIST_DIRECTORIES true "${CMAKE_CURRENT_SOURCE_DIR}/tests/*")
  foreach(folder IN LISTS folders)
    file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.cc")
    if(sources)
      get_filename_component(topic "${folder}" NAME)
      kefu_test(${service}_${topic}_test SRCS ${sources} DEPS kefu_${service}_service DB ${timeout})
    endif()
  endforeach()
endfunction()

include(EmbedSql)
