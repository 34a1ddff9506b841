//! Finding the route of a request, and what a path allows.

use crate::uses::Uses;
use crate::{App, Method, Route};
use core::ops::ControlFlow;

/// What a method and a path lead to.
pub(crate) enum Found<A: App> {
    Route(&'static Route<A>),
    /// The path exists, but not with this method.
    OtherMethods,
    Nothing,
}

/// The first route that takes a method and a path: of the application's own
/// ones, then of those that were added while it runs.
pub(crate) fn find<A: App>(app: &A, method: Method, path: &str) -> Found<A> {
    let mut found = Found::Nothing;
    for route in A::ROUTES {
        if found.consider(route, method, path) {
            return found;
        }
    }
    if let Some(routes) = A::RUN_TIME_ROUTES {
        routes(app).visit(&mut |route| match found.consider(route, method, path) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        });
    }
    found
}

impl<A: App> Found<A> {
    /// Takes a route if it is the one; returns whether it is.
    fn consider(&mut self, route: &'static Route<A>, method: Method, path: &str) -> bool {
        if !route.is_for_path(path) {
            return false;
        }
        let takes = route.pattern.method.is_none_or(|taken| {
            taken == method || (taken == Method::Get && method == Method::Head && route.is_http())
        });
        *self = if takes {
            Self::Route(route)
        } else {
            Self::OtherMethods
        };
        takes
    }
}

/// Writes the methods that a path is served with, as `Allow` wants them; of all
/// paths with `*`.
pub(crate) fn allowed<'t, A: App>(
    app: &A,
    path: &str,
    text: &'t mut [u8; ALLOW_CAPACITY],
) -> &'t str {
    let mut allowed = AllowedMethods {
        text,
        length: 0,
        there: [false; Method::COUNT],
    };
    for route in A::ROUTES {
        allowed.add_those_of(route, path);
    }
    if let Some(routes) = A::RUN_TIME_ROUTES {
        routes(app).visit(&mut |route| {
            allowed.add_those_of(route, path);
            ControlFlow::Continue(())
        });
    }
    allowed.add(Method::Options);
    let text = allowed.text.get(..allowed.length).unwrap_or_default();
    core::str::from_utf8(text).unwrap_or_default()
}

impl<A: App> Route<A> {
    fn is_for_path(&self, path: &str) -> bool {
        if Uses::<A>::TEMPLATES {
            // What CONNECT and `OPTIONS *` ask for is not a path.
            path.starts_with('/') && self.pattern.matches(path)
        } else {
            self.pattern.path == path
        }
    }
}

/// A list of methods.
struct AllowedMethods<'t> {
    text: &'t mut [u8; ALLOW_CAPACITY],
    length: usize,
    /// By the number of a method, whether it is there.
    there: [bool; Method::COUNT],
}

impl AllowedMethods<'_> {
    fn add_those_of<A: App>(&mut self, route: &Route<A>, path: &str) {
        if path != "*" && !route.is_for_path(path) {
            return;
        }
        match route.pattern.method {
            None => ANY_ALLOW.iter().for_each(|method| self.add(*method)),
            Some(method) => {
                self.add(method);
                if method == Method::Get && route.is_http() {
                    self.add(Method::Head);
                }
            }
        }
    }

    /// Adds a method that is not there yet and still fits.
    #[inline(never)]
    fn add(&mut self, method: Method) {
        let there = self.there.get_mut(method as usize);
        if there.is_none_or(|there| core::mem::replace(there, true)) {
            return;
        }
        if self.length > 0 {
            self.push(", ");
        }
        self.push(method.as_str());
    }

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn push(&mut self, part: &str) {
        let end = self.length + part.len();
        if let Some(place) = self.text.get_mut(self.length..end) {
            place.copy_from_slice(part.as_bytes());
            self.length = end;
        }
    }
}

/// Room for the names of all methods an application is likely to serve.
pub(crate) const ALLOW_CAPACITY: usize = 96;

const ANY_ALLOW: [Method; 6] = [
    Method::Get,
    Method::Head,
    Method::Post,
    Method::Put,
    Method::Patch,
    Method::Delete,
];
