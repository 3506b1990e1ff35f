# archipelago_page(<library>): builds web/ (node and npm) and puts the page into the library, or none.
#
# web/dist and web/node_modules are shared by all build folders: whichever comes first makes them.
option(ARCHIPELAGO_STATION "Build the station's page into the program (needs node and npm)" ${PROJECT_IS_TOP_LEVEL})

function(archipelago_page library)
  set(out ${CMAKE_BINARY_DIR}/page)
  set(page ${out}/page.cpp)
  find_program(NODE NAMES node nodejs)
  find_program(NPM npm)
  if(ARCHIPELAGO_STATION AND NODE AND NPM)
    set(web ${PROJECT_SOURCE_DIR}/web)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${web}/src/*)
    list(FILTER sources EXCLUDE REGEX "\\.test\\.mjs$")
    set(dist ${web}/dist/index.html)
    set(build ${PROJECT_SOURCE_DIR}/tools/build_page.mjs)
    set(embed ${PROJECT_SOURCE_DIR}/tools/embed_page.mjs)
    add_custom_command(
      OUTPUT ${dist}
      COMMAND ${NODE} ${build} ${web} ${NPM}
      DEPENDS ${sources} ${web}/build.mjs ${web}/package.json ${web}/package-lock.json ${web}/tsconfig.json ${build}
      COMMENT "Building the station's page (without a network: -DARCHIPELAGO_STATION=OFF)"
      VERBATIM)
    add_custom_command(
      OUTPUT ${page}
      COMMAND ${NODE} ${embed} ${web}/dist ${out}
      DEPENDS ${dist} ${embed}
      COMMENT "Embedding the station's page"
      VERBATIM)
    set_source_files_properties(${page} PROPERTIES COMPILE_OPTIONS -Wno-c23-extensions)
    target_sources(${library} PRIVATE ${page})
    return()
  endif()

  if(ARCHIPELAGO_STATION)
    message(WARNING "node or npm is missing: the program is built without the station's page, / answers JSON "
                    "(install both, or configure with -DARCHIPELAGO_STATION=OFF)")
  endif()
  target_sources(${library} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/no_page.cpp)
endfunction()
