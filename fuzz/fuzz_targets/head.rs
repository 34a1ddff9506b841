//! See `dunlin_fuzz::head`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dunlin_fuzz::head::check(data));
