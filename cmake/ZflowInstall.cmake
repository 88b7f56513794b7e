# Install rules: every library is a component of the package `zflow`.
#
# find_package(zflow COMPONENTS rocksdb conformance) loads these components, the components that they stand on, and only
# the packages that those need. Both follow from what each library links, so nothing is listed twice: a library that
# starts to use another package only needs a row in zflow_dependency_of.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(zflow_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/zflow)

# zflow_dependency_of(TARGET OUT)
#
# Gives the arguments of find_package that make the imported target TARGET, then '|' and the Debian package of it.
function(zflow_dependency_of target out)
  set(rows
    "Boost::headers|Boost 1.81|libboost1.81-dev"
    "Boost::json|Boost 1.81 COMPONENTS json|libboost-json1.81-dev"
    "Threads::Threads|Threads|libc6-dev"
    "fmt::fmt|fmt|libfmt-dev"
    "prometheus-cpp::core|prometheus-cpp|prometheus-cpp-dev libcurl4-openssl-dev"
    "PCRE2::8bit|PCRE2|libpcre2-dev"
    "xxHash::xxhash|xxHash|libxxhash-dev"
    "RocksDB::rocksdb|RocksDB|librocksdb-dev"
    "tomlplusplus::tomlplusplus|tomlplusplus|libtomlplusplus-dev"
    "rapidcheck|rapidcheck|librapidcheck-dev")
  foreach(row IN LISTS rows)
    if(row MATCHES "^${target}\\|(.*)$")
      set(${out} "${CMAKE_MATCH_1}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR
    "${target} is linked by a library that is installed, but cmake/ZflowInstall.cmake does not know the package that "
    "makes it: add a row to zflow_dependency_of.")
endfunction()

# zflow_install_library(NAME COMPONENT)
#
# Installs the library zflow_NAME with its headers as COMPONENT of the package. Called by zflow_library.
function(zflow_install_library name component)
  set_property(GLOBAL APPEND PROPERTY zflow_components ${component})
  set_property(GLOBAL PROPERTY zflow_library_of_${component} ${name})
  set_property(GLOBAL PROPERTY zflow_component_of_${name} ${component})
  if(NOT ZFLOW_INSTALL)
    return()
  endif()
  install(TARGETS zflow_${name} EXPORT zflow_${component}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT ${component}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT ${component})
  install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT ${component} FILES_MATCHING PATTERN "*.hpp")
  install(EXPORT zflow_${component} FILE zflow-${component}-targets.cmake NAMESPACE zflow::
    DESTINATION ${zflow_package_dir} COMPONENT ${component})
endfunction()

# zflow_install_component(COMPONENT)
#
# Writes the file that tells the package's users what COMPONENT needs: other components, and packages.
function(zflow_install_component component)
  get_property(name GLOBAL PROPERTY zflow_library_of_${component})
  get_target_property(links zflow_${name} LINK_LIBRARIES)
  set(requires "")
  set(dependencies "")
  foreach(link IN LISTS links)
    if(link MATCHES "^zflow::(.+)$")
      get_property(other GLOBAL PROPERTY zflow_component_of_${CMAKE_MATCH_1})
      list(APPEND requires ${other})
    elseif(link AND NOT link MATCHES "BUILD_INTERFACE")
      zflow_dependency_of(${link} dependency)
      list(APPEND dependencies "${dependency}")
    endif()
  endforeach()
  string(REPLACE ";" "\" \"" dependencies "${dependencies}")
  string(REPLACE ";" " " requires "${requires}")
  set(text "# Made by zflow's build: what the component '${component}' stands on.\n")
  string(APPEND text "set(zflow_requires ${requires})\n")
  string(APPEND text "set(zflow_dependencies \"${dependencies}\")\n")
  set(file ${PROJECT_BINARY_DIR}/package/zflow-${component}.cmake)
  file(CONFIGURE OUTPUT ${file} CONTENT "${text}" @ONLY)
  install(FILES ${file} DESTINATION ${zflow_package_dir} COMPONENT ${component})
endfunction()

# zflow_install_package()
#
# Installs what belongs to no single library: the package's entry, the command, and the papers. Called last.
function(zflow_install_package)
  if(NOT ZFLOW_INSTALL)
    return()
  endif()
  get_property(components GLOBAL PROPERTY zflow_components)
  foreach(component IN LISTS components)
    zflow_install_component(${component})
  endforeach()
  string(REPLACE ";" " " zflow_components "${components}")
  configure_package_config_file(cmake/zflow-config.cmake.in ${PROJECT_BINARY_DIR}/package/zflow-config.cmake
    INSTALL_DESTINATION ${zflow_package_dir} NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
  # Before 1.0 a new minor version may change interfaces.
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/package/zflow-config-version.cmake
    COMPATIBILITY SameMinorVersion)
  install(FILES
    ${PROJECT_BINARY_DIR}/package/zflow-config.cmake ${PROJECT_BINARY_DIR}/package/zflow-config-version.cmake
    cmake/FindPCRE2.cmake cmake/FindxxHash.cmake cmake/ZflowCompiler.cmake
    DESTINATION ${zflow_package_dir} COMPONENT base)
  if(TARGET zflow_app)
    install(TARGETS zflow_app RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT zflow)
  endif()
  install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT base)
  install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT base)
endfunction()
