//! Real tests follow.
