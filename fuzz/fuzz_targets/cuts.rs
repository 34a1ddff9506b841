//! See `dunlin_fuzz::cuts`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dunlin_fuzz::cuts::check(data));
