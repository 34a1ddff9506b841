//! Routes that other threads add and take out.

use dunlin::{App, Method, RegisterError, Route, Routes};
use std::ops::ControlFlow;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// A table of routes that any thread registers and unregisters while the server
/// runs: [`App::RUN_TIME_ROUTES`].
///
/// Routes are tried in the order in which they were registered. The table is
/// locked while a route is looked for and not while it serves, so handlers
/// may change it; a function given to [`Route::matching`] must not. What a
/// program makes while it runs becomes a `&'static Route` by [`Box::leak`].
///
/// ```
/// use dunlin::{App, Method, Route, RunTimeRoutes};
/// use dunlin_linux::SharedRouteTable;
///
/// struct Site;
///
/// static ROUTES: SharedRouteTable<Site> = SharedRouteTable::new(64);
///
/// impl App for Site {
///     type Session = ();
///     const ROUTES: &'static [Route<Self>] = &[];
///     const RUN_TIME_ROUTES: Option<RunTimeRoutes<Self>> = Some(|_| &ROUTES);
/// }
///
/// let path = String::from("/plugin/{name}").leak();
/// let route = Route::get(path, |_, _, response| response.text("Plugged in"));
/// std::thread::spawn(|| ROUTES.register(Box::leak(Box::new(route)))).join().unwrap()?;
/// assert!(ROUTES.unregister(Method::Get, "/plugin/{name}"));
/// # Ok::<(), dunlin::RegisterError>(())
/// ```
pub struct SharedRouteTable<A: App> {
    capacity: usize,
    /// In the order of registration.
    routes: RwLock<Vec<&'static Route<A>>>,
}

impl<A: App> SharedRouteTable<A> {
    /// A table for so many routes. It takes memory only for those that are there.
    pub const fn new(capacity: usize) -> Self {
        Self {
            capacity,
            routes: RwLock::new(Vec::new()),
        }
    }

    /// Adds a route behind those that are there. The next request can be for it.
    ///
    /// A route whose path is written differently is never taken for the same
    /// one, even if it is for all paths of the new one.
    ///
    /// # Errors
    ///
    /// [`RegisterError`]; then nothing has changed.
    pub fn register(&self, route: &'static Route<A>) -> Result<(), RegisterError> {
        let mut routes = self.write();
        if routes.iter().any(|other| route.collides_with(other)) || route.is_among_constant_ones() {
            return Err(RegisterError::Exists);
        }
        if routes.len() >= self.capacity {
            return Err(RegisterError::Full);
        }
        routes.push(route);
        Ok(())
    }

    /// Takes out the route that was registered with this method and this path;
    /// `None` is the method of [`Route::any`]. Returns whether there was one.
    ///
    /// Requests that are being answered, and open WebSockets, go on.
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
        self.read().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.read().is_empty()
    }

    fn remove(&self, is_removed: impl Fn(&Route<A>) -> bool) -> usize {
        let mut routes = self.write();
        let before = routes.len();
        routes.retain(|route| !is_removed(route));
        before - routes.len()
    }

    // A panic in a matching function leaves the table as it was.

    fn read(&self) -> RwLockReadGuard<'_, Vec<&'static Route<A>>> {
        self.routes.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Vec<&'static Route<A>>> {
        self.routes.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<A: App> Routes<A> for SharedRouteTable<A> {
    fn visit(&self, visit: &mut dyn FnMut(&'static Route<A>) -> ControlFlow<()>) {
        // Whether it broke off does not matter here.
        let _ = self.read().iter().copied().try_for_each(visit);
    }
}
