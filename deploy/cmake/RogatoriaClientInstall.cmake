# The client library as another program's build finds it (docs/client-library.md): static libraries,
# headers, messages, and the package that find_package(Rogatoria) reads. `cmake --install BUILD
# --component client` installs this alone, `--component hub` all but this.
include(CMakePackageConfigHelpers)

set(ROGATORIA_INCLUDES ${CMAKE_INSTALL_INCLUDEDIR}/rogatoria)
set(ROGATORIA_PACKAGE ${CMAKE_INSTALL_LIBDIR}/cmake/Rogatoria)
set(ROGATORIA_CLIENT_LAYERS base crypto token merkle model directory receipt rpc client)
set(ROGATORIA_CLIENT_PROTOS proto_api proto_content proto_grpc)

set(client_targets ${ROGATORIA_CLIENT_PROTOS})
foreach(layer IN LISTS ROGATORIA_CLIENT_LAYERS)
  set_target_properties(common_${layer} PROPERTIES EXPORT_NAME ${layer})
  list(APPEND client_targets common_${layer})
endforeach()
install(TARGETS ${client_targets} EXPORT Rogatoria
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/rogatoria COMPONENT client
        INCLUDES DESTINATION ${ROGATORIA_INCLUDES})
install(EXPORT Rogatoria FILE RogatoriaTargets.cmake NAMESPACE rogatoria::
        DESTINATION ${ROGATORIA_PACKAGE} COMPONENT client)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/RogatoriaConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES deploy/cmake/RogatoriaConfig.cmake ${CMAKE_BINARY_DIR}/RogatoriaConfigVersion.cmake
        DESTINATION ${ROGATORIA_PACKAGE} COMPONENT client)

install(CODE "
  set(FROM \"${PROJECT_SOURCE_DIR}\")
  set(TO \"\${CMAKE_INSTALL_PREFIX}/${ROGATORIA_INCLUDES}\")
  include(\"${PROJECT_SOURCE_DIR}/deploy/cmake/InstallClientHeaders.cmake\")
" COMPONENT client)
install(DIRECTORY ${PROTO_OUT}/ DESTINATION ${ROGATORIA_INCLUDES} COMPONENT client
        FILES_MATCHING PATTERN "*.pb.h")
# For programs in other languages.
install(DIRECTORY proto/ DESTINATION ${CMAKE_INSTALL_DATADIR}/rogatoria/proto COMPONENT client
        FILES_MATCHING PATTERN "*.proto")
