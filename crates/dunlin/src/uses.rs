//! What an application uses of the server, known when it is compiled: what it
//! does not use is not in its program.

use crate::App;
use crate::route::Target;
use core::marker::PhantomData;

/// What the constants of an application tell of it. A condition on one of these
/// is decided by the compiler, which drops the branch not taken.
pub(crate) struct Uses<A>(PhantomData<A>);

impl<A: App> Uses<A> {
    /// Request bodies that are taken part by part.
    pub(crate) const STREAMED_BODIES: bool = {
        let mut found = false;
        let mut index = 0;
        while index < A::ROUTES.len() {
            found |= matches!(
                A::ROUTES[index].target,
                Target::Http {
                    streamed: Some(_),
                    ..
                }
            );
            index += 1;
        }
        found
    };

    /// Response bodies that are asked for part by part.
    pub(crate) const PULLED_BODIES: bool = {
        let mut found = false;
        let mut index = 0;
        while index < A::ROUTES.len() {
            found |= matches!(A::ROUTES[index].target, Target::Http { pull: Some(_), .. });
            index += 1;
        }
        found
    };
}
