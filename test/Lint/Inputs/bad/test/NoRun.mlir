// BAD test-without-run
