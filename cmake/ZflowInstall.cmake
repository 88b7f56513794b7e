# Install rules: every library is a component of the package `zflow`.

function(zflow_install_library name component)
endfunction()

function(zflow_install_package)
endfunction()
