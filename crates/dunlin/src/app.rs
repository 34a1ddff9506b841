//! What an application is.

use crate::{Hooks, Route, Routes};

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

    /// How many [topics](crate::Topic) there are, at most 65,536: by itself none, and
    /// then they cost nothing. On a device the mailbox has as many.
    const TOPICS: usize = 0;

    /// Where further routes are, which come and go while the server runs: a
    /// [`RouteTable`](crate::RouteTable), or another collection. They are
    /// looked at behind [`App::ROUTES`].
    ///
    /// ```
    /// # use dunlin::{App, Route, RouteTable};
    /// struct Plugins {
    ///     routes: RouteTable<Self, 8>,
    /// }
    ///
    /// impl App for Plugins {
    ///     type Session = ();
    ///     const ROUTES: &'static [Route<Self>] = &[];
    ///     const RUN_TIME_ROUTES: Option<RunTimeRoutes<Self>> = Some(|app| &app.routes);
    /// }
    /// # use dunlin::RunTimeRoutes;
    /// ```
    const RUN_TIME_ROUTES: Option<RunTimeRoutes<Self>> = None;
}

/// Gives the routes that an application has beside its constant ones.
pub type RunTimeRoutes<A> = fn(&A) -> &dyn Routes<A>;
