//! What an application uses of the server, known when it is compiled: what it
//! does not use is not in its program.

use crate::route::{Receive, Target};
use crate::{App, WebSocketRoute};
use core::marker::PhantomData;

/// What the constants of an application tell of it. A condition on one of these
/// is decided by the compiler, which drops the branch not taken.
pub(crate) struct Uses<A>(PhantomData<A>);

/// What a body that the driver sends leads to: with drivers that send none there
/// is no value of it, and the compiler drops all that would follow.
#[cfg(feature = "driver-bodies")]
pub(crate) type ByDriver = ();
#[cfg(not(feature = "driver-bodies"))]
pub(crate) type ByDriver = core::convert::Infallible;

/// Whether any route of an application has a target like this; one that is added
/// at run time may have any.
macro_rules! any_target {
    ($app:ident, $target:pat) => {{
        let mut found = $app::RUN_TIME_ROUTES.is_some();
        let mut index = 0;
        while index < $app::ROUTES.len() {
            found |= matches!($app::ROUTES[index].target, $target);
            index += 1;
        }
        found
    }};
}

/// Whether any WebSocket route of an application is like this.
macro_rules! any_websocket {
    ($app:ident, $($field:ident: $pattern:pat),+) => {
        any_target!($app, Target::WebSocket(WebSocketRoute { $($field: $pattern,)+ .. }))
    };
}

impl<A: App> Uses<A> {
    /// Paths that are more than plain text.
    pub(crate) const TEMPLATES: bool = {
        let mut found = A::RUN_TIME_ROUTES.is_some();
        let mut index = 0;
        while index < A::ROUTES.len() {
            found |= !A::ROUTES[index].pattern.is_plain();
            index += 1;
        }
        found
    };

    /// Request bodies that are taken part by part.
    pub(crate) const STREAMED_BODIES: bool = any_target!(
        A,
        Target::Http {
            streamed: Some(_),
            ..
        }
    );

    /// Response bodies that are asked for part by part.
    pub(crate) const PULLED_BODIES: bool = any_target!(A, Target::Http { pull: Some(_), .. });

    /// WebSocket messages that are taken part by part.
    pub(crate) const PARTS: bool = any_websocket!(A, receive: Receive::Parts { .. });

    /// Subprotocols.
    pub(crate) const PROTOCOLS: bool = any_websocket!(A, protocols: [_, ..]);

    /// Handlers before the handshake.
    pub(crate) const ADMIT: bool = any_websocket!(A, admit: Some(_));

    /// Handlers behind the handshake.
    pub(crate) const OPEN: bool = any_websocket!(A, open: Some(_));

    /// Handlers of pings and pongs.
    pub(crate) const CONTROL: bool = any_websocket!(A, control: Some(_));

    /// Handlers that wait for room.
    pub(crate) const WRITABLE: bool = any_websocket!(A, writable: Some(_));

    /// Topics.
    pub(crate) const TOPICS: bool = A::TOPICS > 0;

    /// Handlers of the end of a WebSocket.
    pub(crate) const CLOSED: bool = any_websocket!(A, closed: Some(_));
}
