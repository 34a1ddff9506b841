//! Log lines of the server, compiled to nothing without the feature `log`.

macro_rules! debug {
    ($($argument:tt)*) => {
        $crate::trace::line!(Debug, $($argument)*)
    };
}

macro_rules! warning {
    ($($argument:tt)*) => {
        $crate::trace::line!(Warn, $($argument)*)
    };
}

macro_rules! line {
    ($level:ident, $($argument:tt)*) => {{
        #[cfg(feature = "log")]
        log::log!(target: "dunlin", log::Level::$level, $($argument)*);
        #[cfg(not(feature = "log"))]
        if false {
            let _ = core::format_args!($($argument)*);
        }
    }};
}

pub(crate) use {debug, line, warning};
