# What `cmake --install BUILD --prefix /usr` puts where (docs/operations.md). Nothing goes to /etc or
# /var, so that installing a newer version never touches a hub's configuration or data.
include(GNUInstallDirs)
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME hub)

install(TARGETS rogatoriad rogatoria RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

install(FILES deploy/rogatoriad.toml DESTINATION ${CMAKE_INSTALL_DATADIR}/rogatoria)
install(DIRECTORY deploy/example-directory DESTINATION ${CMAKE_INSTALL_DATADIR}/rogatoria)
install(PROGRAMS deploy/verify-receipt-with-openssl
        DESTINATION ${CMAKE_INSTALL_DATADIR}/rogatoria)

install(FILES deploy/rogatoria.sysusers DESTINATION lib/sysusers.d RENAME rogatoria.conf)
install(FILES deploy/rogatoria.tmpfiles DESTINATION lib/tmpfiles.d RENAME rogatoria.conf)

install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

# Units name programs and pages by their full paths; the prefix is known only now.
function(rogatoria_install_unit source folder name)
  install(CODE "
    file(READ \"${PROJECT_SOURCE_DIR}/deploy/${source}\" unit)
    string(REPLACE \"/usr/\" \"\${CMAKE_INSTALL_PREFIX}/\" unit \"\${unit}\")
    file(WRITE \"${CMAKE_BINARY_DIR}/installed/${folder}/${name}\" \"\${unit}\")
    file(INSTALL \"${CMAKE_BINARY_DIR}/installed/${folder}/${name}\"
         DESTINATION \"\${CMAKE_INSTALL_PREFIX}/lib/systemd/${folder}\")
  ")
endfunction()
rogatoria_install_unit(rogatoriad.service system rogatoriad.service)
rogatoria_install_unit(rogatoria-agent.service system rogatoria-agent.service)
rogatoria_install_unit(rogatoria-agent.user.service user rogatoria-agent.service)

include(RogatoriaClientInstall)  # what programs link
