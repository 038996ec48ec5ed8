# The four kinds of target in this repository.
include_guard()

# One precompiled header for every target that uses MLIR: nine tenths of a
# translation unit's time is header parsing.
add_library(QuantcPch OBJECT "${PROJECT_SOURCE_DIR}/cmake/pch/Pch.cpp")
llvm_update_compile_flags(QuantcPch)
target_compile_options(QuantcPch PRIVATE -fPIC)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(QuantcPch PUBLIC "SHELL:-Xclang -fno-pch-timestamp")
  target_precompile_headers(QuantcPch PRIVATE "${PROJECT_SOURCE_DIR}/cmake/pch/Pch.h")
endif()

function(quantc_target_flags name)
  llvm_update_compile_flags(${name})
  # As an option, since CMake's property makes it -fPIE in a program, and then
  # the precompiled header does not fit.
  target_compile_options(${name} PRIVATE -fPIC)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_compile_options(${name} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
    target_precompile_headers(${name} REUSE_FROM QuantcPch)
  endif()
endfunction()

# quantc_library(<name> sources... [DEPENDS targets...] [LINK_LIBS libs...])
# LINK_LIBS are our own arrows; libMLIR.so and libLLVM.so come by themselves.
# Never name a libMLIR*.a: two copies of MLIR in one process do not work.
function(quantc_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK_LIBS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  quantc_target_flags(${name})
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  target_link_libraries(${name} PUBLIC ${ARG_LINK_LIBS} MLIR LLVM)
endfunction()

# quantc_tool(<name> sources... [LINK_LIBS libs...]): a program in bin/.
function(quantc_tool name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  quantc_target_flags(${name})
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS} MLIR LLVM)
endfunction()

# quantc_unit_test(<name> sources... [LINK_LIBS libs...]): a GoogleTest program.
function(quantc_unit_test name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  quantc_target_flags(${name})
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/test/unit")
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS} MLIR LLVM GTest::gtest_main)
  set_property(GLOBAL APPEND PROPERTY QUANTC_UNIT_TESTS ${name})
endfunction()

# quantc_dialect(Calib calib): TableGen for dialects/Calib/IR + reference docs.
# A dialect with types, attributes, enums or interfaces says so:
# quantc_dialect(Kernel kernel ENUMS ATTRIBUTES TYPES).
function(quantc_dialect dialect namespace)
  cmake_parse_arguments(ARG "ENUMS;ATTRIBUTES;TYPES" "" "" ${ARGN})
  set(LLVM_TARGET_DEFINITIONS ${dialect}Ops.td)
  mlir_tablegen(${dialect}Dialect.h.inc -gen-dialect-decls -dialect=${namespace})
  mlir_tablegen(${dialect}Dialect.cpp.inc -gen-dialect-defs -dialect=${namespace})
  mlir_tablegen(${dialect}Ops.h.inc -gen-op-decls -dialect=${namespace})
  mlir_tablegen(${dialect}Ops.cpp.inc -gen-op-defs -dialect=${namespace})
  if(ARG_ENUMS)
    mlir_tablegen(${dialect}Enums.h.inc -gen-enum-decls)
    mlir_tablegen(${dialect}Enums.cpp.inc -gen-enum-defs)
  endif()
  if(ARG_ATTRIBUTES)
    mlir_tablegen(${dialect}Attributes.h.inc -gen-attrdef-decls -attrdefs-dialect=${namespace})
    mlir_tablegen(${dialect}Attributes.cpp.inc -gen-attrdef-defs -attrdefs-dialect=${namespace})
  endif()
  if(ARG_TYPES)
    mlir_tablegen(${dialect}Types.h.inc -gen-typedef-decls -typedefs-dialect=${namespace})
    mlir_tablegen(${dialect}Types.cpp.inc -gen-typedef-defs -typedefs-dialect=${namespace})
  endif()
  add_public_tablegen_target(${dialect}IncGen)
  quantc_doc(${dialect}Ops.td Dialects/${dialect} -gen-dialect-doc -dialect=${namespace})
endfunction()

# quantc_passes(Calib): Passes.td -> Passes.h.inc + docs.
function(quantc_passes group)
  set(LLVM_TARGET_DEFINITIONS Passes.td)
  mlir_tablegen(Passes.h.inc -gen-pass-decls -name ${group})
  add_public_tablegen_target(${group}PassIncGen)
  quantc_doc(Passes.td Passes/${group} -gen-pass-doc)
endfunction()

function(quantc_doc td output)
  set(LLVM_TARGET_DEFINITIONS ${td})
  get_filename_component(stem ${output} NAME)
  get_filename_component(kind ${output} DIRECTORY)
  tablegen(MLIR ${stem}${kind}.md ${ARGN})
  set(dest "${PROJECT_BINARY_DIR}/docs/${output}.md")
  add_custom_command(OUTPUT ${dest}
    COMMAND ${CMAKE_COMMAND} -E copy "${CMAKE_CURRENT_BINARY_DIR}/${stem}${kind}.md" ${dest}
    DEPENDS "${CMAKE_CURRENT_BINARY_DIR}/${stem}${kind}.md")
  add_custom_target(${stem}${kind}Doc DEPENDS ${dest})
  add_dependencies(quantc-doc ${stem}${kind}Doc)
endfunction()
