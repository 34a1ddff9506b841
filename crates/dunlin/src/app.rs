//! What an application is.

use crate::{Hooks, Route};

/// An application: its routes, and what it keeps for each connection.
///
/// One value serves all connections and is borrowed by every handler; what
/// changes lives in cells or atomics of the application's choice, or in the
/// session.
pub trait App: Sized + 'static {
    /// Kept for each connection, inline in its slot, from accept to close;
    /// `()` where nothing is kept.
    type Session: Default;

    /// What is served, in order: the first route whose path and method match
    /// is taken.
    const ROUTES: &'static [Route<Self>];

    /// What the application wants to be told beside: by itself nothing.
    const HOOKS: Hooks<Self> = Hooks::new();
}
