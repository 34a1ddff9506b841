//! Log lines of the server: for `log`, for `defmt`, for both, or compiled to nothing.
//!
//! `defmt` takes its arguments behind the text only, so that is how they stand.

macro_rules! debug {
    ($($argument:tt)*) => {
        $crate::trace::line!(Debug, debug, $($argument)*)
    };
}

macro_rules! warning {
    ($($argument:tt)*) => {
        $crate::trace::line!(Warn, warn, $($argument)*)
    };
}

macro_rules! line {
    ($level:ident, $defmt:ident, $($argument:tt)*) => {{
        #[cfg(feature = "log")]
        log::log!(target: "dunlin", log::Level::$level, $($argument)*);
        #[cfg(feature = "defmt")]
        defmt::$defmt!($($argument)*);
        #[cfg(not(any(feature = "log", feature = "defmt")))]
        if false {
            let _ = core::format_args!($($argument)*);
        }
    }};
}

pub(crate) use {debug, line, warning};
