//! What an application uses of what there is, known when it is compiled: code
//! behind a constant that is false costs nothing.

use crate::route::Target;
use crate::{App, Route};
use core::marker::PhantomData;

/// The constants of an application.
pub(crate) struct Uses<A>(PhantomData<A>);

impl<A: App> Uses<A> {
    /// A path of a route may be more than plain text.
    pub(crate) const TEMPLATES: bool = A::RUN_TIME_ROUTES.is_some() || has_template(A::ROUTES);

    /// A WebSocket route decides about handshakes.
    pub(crate) const ADMIT: bool = A::RUN_TIME_ROUTES.is_some() || has_admit(A::ROUTES);

    /// A WebSocket route has an open hook.
    pub(crate) const OPEN: bool = A::RUN_TIME_ROUTES.is_some() || has_open(A::ROUTES);
}

const fn has_template<A: App>(routes: &[Route<A>]) -> bool {
    let mut rest = routes;
    while let [route, tail @ ..] = rest {
        if !route.pattern.is_plain() {
            return true;
        }
        rest = tail;
    }
    false
}

const fn has_admit<A: App>(routes: &[Route<A>]) -> bool {
    let mut rest = routes;
    while let [route, tail @ ..] = rest {
        if matches!(&route.target, Target::WebSocket(route) if route.admit.is_some()) {
            return true;
        }
        rest = tail;
    }
    false
}

const fn has_open<A: App>(routes: &[Route<A>]) -> bool {
    let mut rest = routes;
    while let [route, tail @ ..] = rest {
        if matches!(&route.target, Target::WebSocket(route) if route.open.is_some()) {
            return true;
        }
        rest = tail;
    }
    false
}
