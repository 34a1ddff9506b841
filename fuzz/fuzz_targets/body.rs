//! See `dunlin_fuzz::body`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dunlin_fuzz::body::check(data));
