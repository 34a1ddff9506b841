//! Log lines of the driver, compiled to nothing without the feature `log`.

macro_rules! debug {
    ($($argument:tt)*) => {{
        #[cfg(feature = "log")]
        log::debug!(target: "dunlin", $($argument)*);
        #[cfg(not(feature = "log"))]
        if false {
            let _ = core::format_args!($($argument)*);
        }
    }};
}

pub(crate) use debug;
