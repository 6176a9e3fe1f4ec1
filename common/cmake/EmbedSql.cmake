# kefu_embed_sql(TARGET DIR COMPONENT): compiles DIR/NNNN_name.sql into TARGET.
# For COMPONENT "warehouse": #include "migrations/warehouse.h" and call
#   kefu::db::MigrationSet kefu::migrations::Warehouse();
# Also run as a script (cmake -P), which writes the two files.
if(CMAKE_SCRIPT_MODE_FILE)
  set(entries "")
  set(last 0)
  file(GLOB files "${DIR}/*.sql")
  list(SORT files)
  foreach(file IN LISTS files)
    get_filename_component(stem "${file}" NAME_WE)
    if(NOT stem MATCHES "^([0-9][0-9][0-9][0-9])_([a-z0-9_]+)$")
      message(FATAL_ERROR "${file}: migrations are named NNNN_name.sql")
    endif()
    set(number "${CMAKE_MATCH_1}")
    set(name "${CMAKE_MATCH_2}")
    math(EXPR version "1${number} - 10000")
    if(NOT version GREATER last)  # gaps are allowed: each topic numbers its own range
      message(FATAL_ERROR "${file}: version ${version} is taken")
    endif()
    set(last "${version}")
    file(READ "${file}" text)
    string(APPEND entries "    {${version}, \"${name}\", R\"kefusql(${text})kefusql\"},\n")
  endforeach()
  set(open "#include \"migrations/${COMPONENT}.h\"\n\nnamespace kefu::migrations {\n\n")
  if(entries STREQUAL "")
    set(body "db::MigrationSet ${FUNCTION}() { return {\"${COMPONENT}\", {}}; }\n")
  else()
    set(body "namespace {\nconstexpr db::Migration kMigrations[] = {\n${entries}};\n}  // namespace\n\n")
    string(APPEND body "db::MigrationSet ${FUNCTION}() { return {\"${COMPONENT}\", kMigrations}; }\n")
  endif()
  file(WRITE "${OUT}.cc" "${open}${body}\n}  // namespace kefu::migrations\n")
  return()
endif()

set(KEFU_EMBED_SQL_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")

function(kefu_embed_sql target dir component)
  get_filename_component(dir "${dir}" ABSOLUTE)
  string(SUBSTRING "${component}" 0 1 first)
  string(SUBSTRING "${component}" 1 -1 rest)
  string(TOUPPER "${first}" first)
  set(function "${first}${rest}")
  set(out "${CMAKE_BINARY_DIR}/generated/migrations/${component}")
  file(CONFIGURE OUTPUT "${out}.h" CONTENT
"#pragma once

#include \"common/db/migrator.h\"

namespace kefu::migrations {

db::MigrationSet @function@();

}  // namespace kefu::migrations
" @ONLY)
  file(GLOB files CONFIGURE_DEPENDS "${dir}/*.sql")
  add_custom_command(
    OUTPUT "${out}.cc"
    COMMAND ${CMAKE_COMMAND} -DDIR=${dir} -DCOMPONENT=${component} -DFUNCTION=${function} -DOUT=${out}
            -P "${KEFU_EMBED_SQL_SCRIPT}"
    DEPENDS ${files} "${dir}" "${KEFU_EMBED_SQL_SCRIPT}"
    VERBATIM)
  target_sources(${target} PRIVATE "${out}.cc")
  target_include_directories(${target} PUBLIC "${CMAKE_BINARY_DIR}/generated")
endfunction()
