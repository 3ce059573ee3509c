# raddle_instrument(target...) builds the targets with function hooks, so that `raddle record` sees each call.
# Without the recorder the hooks are the C library's empty ones. Standard and system headers are left out;
# with Clang what has been inlined is, too. Frame pointers make the recorded stacks complete and let the
# recorder follow longjmp and exceptions exactly.
function(raddle_instrument)
  foreach(target IN LISTS ARGN)
    target_compile_options(${target} PRIVATE -fno-omit-frame-pointer)
    foreach(language C CXX)
      target_compile_options(${target} PRIVATE
        "$<$<COMPILE_LANG_AND_ID:${language},GNU>:-finstrument-functions;-finstrument-functions-exclude-file-list=/usr/include,/usr/lib,/usr/local/include>"
        "$<$<COMPILE_LANG_AND_ID:${language},Clang,AppleClang>:-finstrument-functions-after-inlining>")
    endforeach()
  endforeach()
endfunction()
