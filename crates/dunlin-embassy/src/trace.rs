//! Log lines of the driver: for `log`, for `defmt`, for both, or compiled to nothing.
//!
//! `defmt` takes its arguments behind the text only, so that is how they stand.

macro_rules! debug {
    ($($argument:tt)*) => {{
        #[cfg(feature = "log")]
        log::debug!(target: "dunlin", $($argument)*);
        #[cfg(feature = "defmt")]
        defmt::debug!($($argument)*);
        #[cfg(not(any(feature = "log", feature = "defmt")))]
        if false {
            let _ = core::format_args!($($argument)*);
        }
    }};
}

pub(crate) use debug;
