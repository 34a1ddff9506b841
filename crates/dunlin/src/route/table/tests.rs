use super::{RegisterError, RouteTable, Routes};
use crate::{AnswerError, App, Method, Request, Response, Route};
use core::ops::ControlFlow;
use std::vec::Vec;

struct Plugins;

impl App for Plugins {
    type Session = ();
    const ROUTES: &'static [Route<Self>] = &[
        Route::get("/constant", hello),
        Route::any("/constant/any", hello),
        Route::get("/constant/*", hello),
    ];
}

fn hello(_: &Plugins, _: Request<'_, Plugins>, response: Response<'_>) -> Result<(), AnswerError> {
    response.text("Hello")
}

static GET_A: Route<Plugins> = Route::get("/a", hello);
static POST_A: Route<Plugins> = Route::post("/a", hello);
static ANY_A: Route<Plugins> = Route::any("/a", hello);
static GET_B: Route<Plugins> = Route::get("/b", hello);
static GET_C: Route<Plugins> = Route::get("/c", hello);

fn paths_of(table: &RouteTable<Plugins, 3>) -> Vec<(&'static str, Option<Method>)> {
    let mut paths = Vec::new();
    table.visit(&mut |route| {
        paths.push((route.path(), route.pattern.method));
        ControlFlow::Continue(())
    });
    paths
}

#[test]
fn routes_are_shown_in_the_order_of_registration() {
    let table = RouteTable::<Plugins, 3>::new();
    for route in [&GET_B, &GET_A, &GET_C] {
        assert_eq!(table.register(route), Ok(()));
    }
    let get = Some(Method::Get);
    assert_eq!(paths_of(&table), [("/b", get), ("/a", get), ("/c", get)]);
    assert!(table.unregister(Method::Get, "/b"));
    assert_eq!(table.register(&GET_B), Ok(()));
    assert_eq!(paths_of(&table), [("/a", get), ("/c", get), ("/b", get)]);
}

#[test]
fn a_visit_ends_when_it_breaks_off() {
    let table = RouteTable::<Plugins, 3>::new();
    assert_eq!(table.register(&GET_A), Ok(()));
    assert_eq!(table.register(&GET_B), Ok(()));
    let mut count = 0;
    table.visit(&mut |_| {
        count += 1;
        ControlFlow::Break(())
    });
    assert_eq!(count, 1);
}

#[test]
fn a_path_with_a_method_that_is_served_already_exists() {
    let table = RouteTable::<Plugins, 3>::new();
    assert_eq!(table.register(&GET_A), Ok(()));
    assert_eq!(table.register(&GET_A), Err(RegisterError::Exists));
    assert_eq!(table.register(&ANY_A), Err(RegisterError::Exists));
    assert_eq!(table.register(&POST_A), Ok(()));
    assert_eq!(table.unregister_path("/a"), 2);
    assert_eq!(table.register(&ANY_A), Ok(()));
    assert_eq!(table.register(&POST_A), Err(RegisterError::Exists));
}

#[test]
fn what_the_constant_table_serves_exists_too() {
    static CONSTANT: Route<Plugins> = Route::get("/constant", hello);
    static OTHER_METHOD: Route<Plugins> = Route::put("/constant", hello);
    static ANY: Route<Plugins> = Route::delete("/constant/any", hello);
    static LITERAL: Route<Plugins> = Route::get("/constant/*", hello).literally();
    static TEMPLATE: Route<Plugins> = Route::get("/constant/*", hello);
    let table = RouteTable::<Plugins, 3>::new();
    assert_eq!(table.register(&CONSTANT), Err(RegisterError::Exists));
    assert_eq!(table.register(&ANY), Err(RegisterError::Exists));
    assert_eq!(table.register(&TEMPLATE), Err(RegisterError::Exists));
    assert_eq!(table.register(&OTHER_METHOD), Ok(()));
    assert_eq!(table.register(&LITERAL), Ok(()));
}

#[test]
fn a_full_table_takes_none_until_one_is_taken_out() {
    let table = RouteTable::<Plugins, 3>::new();
    for route in [&GET_A, &GET_B, &GET_C] {
        assert_eq!(table.register(route), Ok(()));
    }
    assert_eq!(table.register(&POST_A), Err(RegisterError::Full));
    assert_eq!(table.register(&GET_B), Err(RegisterError::Exists));
    assert!(table.unregister(Method::Get, "/b"));
    assert_eq!(table.register(&POST_A), Ok(()));
    assert_eq!(table.len(), 3);
}

#[test]
fn only_the_method_and_the_path_as_written_take_a_route_out() {
    let table = RouteTable::<Plugins, 3>::new();
    assert_eq!(table.register(&ANY_A), Ok(()));
    assert!(!table.unregister(Method::Get, "/a"));
    assert!(!table.unregister(None, "/"));
    assert!(table.unregister(None, "/a"));
    assert!(!table.unregister(None, "/a"));
    assert!(table.is_empty());
    assert_eq!(table.unregister_path("/a"), 0);
}
