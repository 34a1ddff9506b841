//! Routes that come and go while the server runs.

use super::Route;
use crate::{App, Method};
use core::cell::Cell;
use core::ops::ControlFlow;

/// A collection of routes beside the constant ones:
/// [`App::RUN_TIME_ROUTES`].
pub trait Routes<A: App> {
    /// Shows the routes to `visit`, the one to be tried first before the others,
    /// until it breaks off.
    fn visit(&self, visit: &mut dyn FnMut(&'static Route<A>) -> ControlFlow<()>);
}

/// A table of up to `N` routes, without allocation, for the one thread or task
/// that the application lives in: its handlers register and unregister.
///
/// Routes are tried in the order in which they were registered. They are only
/// borrowed, so that a route that is taken out may still be serving.
///
/// ```
/// use dunlin::{App, Method, RegisterError, Route, RouteTable, RunTimeRoutes};
///
/// struct Device {
///     routes: RouteTable<Self, 4>,
/// }
///
/// impl App for Device {
///     type Session = ();
///     const ROUTES: &'static [Route<Self>] = &[Route::get("/", |_, _, r| r.text("Hello"))];
///     const RUN_TIME_ROUTES: Option<RunTimeRoutes<Self>> = Some(|device| &device.routes);
/// }
///
/// static UPDATE: Route<Device> = Route::post("/update", |_, _, r| r.text("Updated"));
///
/// let device = Device { routes: RouteTable::new() };
/// assert_eq!(device.routes.register(&UPDATE), Ok(()));
/// assert_eq!(device.routes.register(&UPDATE), Err(RegisterError::Exists));
/// assert!(device.routes.unregister(Method::Post, "/update"));
/// ```
pub struct RouteTable<A: App, const N: usize> {
    /// In the order of registration; the free ones are behind.
    places: [Cell<Option<&'static Route<A>>>; N],
}

/// Why a route was not registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegisterError {
    /// A route has the same path and takes the method: it would be served in
    /// place of the new one. Unregister it first.
    Exists,
    /// There is no place left: unregister another route, or make the table
    /// larger.
    Full,
}

impl<A: App, const N: usize> RouteTable<A, N> {
    /// A table without routes.
    pub const fn new() -> Self {
        Self {
            places: [const { Cell::new(None) }; N],
        }
    }

    /// Adds a route behind those that are there.
    ///
    /// A route whose path is written differently is never taken for the same
    /// one, even if it is for all paths of the new one.
    ///
    /// # Errors
    ///
    /// [`RegisterError`]; then nothing has changed.
    pub fn register(&self, route: &'static Route<A>) -> Result<(), RegisterError> {
        if self.iter().any(|other| route.collides_with(other)) || route.is_among_constant_ones() {
            return Err(RegisterError::Exists);
        }
        let free = self.places.iter().find(|place| place.get().is_none());
        free.ok_or(RegisterError::Full)?.set(Some(route));
        Ok(())
    }

    /// Takes out the route that was registered with this method and this path;
    /// `None` is the method of [`Route::any`]. Returns whether there was one.
    pub fn unregister(&self, method: impl Into<Option<Method>>, path: &str) -> bool {
        let method = method.into();
        self.remove(|route| route.is_registered_as(method, path)) > 0
    }

    /// Takes out all routes that were registered with this path, and returns
    /// how many there were.
    pub fn unregister_path(&self, path: &str) -> usize {
        self.remove(|route| route.path() == path)
    }

    /// How many routes there are.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    fn iter(&self) -> impl Iterator<Item = &'static Route<A>> {
        self.places.iter().map_while(Cell::get)
    }

    /// Takes out routes; the others keep their order.
    fn remove(&self, is_removed: impl Fn(&Route<A>) -> bool) -> usize {
        let before = self.len();
        let mut kept = self.places.iter();
        for place in &self.places {
            let route = place.take();
            if let Some(route) = route.filter(|route| !is_removed(route))
                && let Some(place) = kept.next()
            {
                place.set(Some(route));
            }
        }
        before - self.len()
    }
}

impl<A: App, const N: usize> Default for RouteTable<A, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<A: App, const N: usize> Routes<A> for RouteTable<A, N> {
    fn visit(&self, visit: &mut dyn FnMut(&'static Route<A>) -> ControlFlow<()>) {
        // Whether it broke off does not matter here.
        let _ = self.iter().try_for_each(visit);
    }
}

impl core::fmt::Display for RegisterError {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str(match self {
            Self::Exists => "a route with this path and method exists",
            Self::Full => "the table of routes is full",
        })
    }
}

impl core::error::Error for RegisterError {}

impl<A: App> Route<A> {
    /// Whether one of the two would never be found behind the other: the paths
    /// are the same as they are written, and a method is common to both.
    ///
    /// It is what collections of routes refuse.
    pub fn collides_with(&self, other: &Self) -> bool {
        let (method, taken) = (self.pattern.method, other.pattern.method);
        let common = method.is_none() || taken.is_none() || method == taken;
        common && self.pattern.is_for_paths_of(&other.pattern)
    }

    /// Whether it collides with one of [`App::ROUTES`].
    pub fn is_among_constant_ones(&self) -> bool {
        A::ROUTES.iter().any(|other| self.collides_with(other))
    }

    /// Whether it was made for this method and this path, as they are written.
    pub fn is_registered_as(&self, method: Option<Method>, path: &str) -> bool {
        self.pattern.method == method && self.path() == path
    }
}

#[cfg(test)]
mod tests;
