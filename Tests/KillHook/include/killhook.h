// The library is preloaded into a tool under test and has nothing to call.
