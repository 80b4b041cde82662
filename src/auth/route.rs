//! The route table: every address the program answers, with who may use it.

use std::collections::HashMap;

use actix_web::http::Method;
use actix_web::{FromRequest, Handler, Responder, Route, web};

use super::{Role, User};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allow {
    /// Also without signing in.
    Anyone,
    /// Whoever is signed in.
    SignedIn,
    /// These roles only.
    Roles(&'static [Role]),
}

impl Allow {
    /// Whether this person, or nobody, may pass.
    pub fn lets(self, user: Option<&User>) -> bool {
        match (self, user) {
            (Allow::Anyone, _) => true,
            (Allow::SignedIn, user) => user.is_some(),
            (Allow::Roles(roles), Some(user)) => roles.contains(&user.role),
            (Allow::Roles(_), None) => false,
        }
    }
}

/// One route: what it answers to, for whom, and how.
pub struct RouteSpec {
    pub method: Method,
    /// An actix path pattern.
    pub path: &'static str,
    pub allow: Allow,
    /// Makes the route anew for each worker.
    pub route: Box<dyn Fn() -> Route + Send + Sync>,
}

/// A page or file that is read.
pub fn get<F, Args>(path: &'static str, allow: Allow, handler: F) -> RouteSpec
where
    F: Handler<Args> + Send + Sync,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    spec(Method::GET, path, allow, handler)
}

/// A form that is sent.
pub fn post<F, Args>(path: &'static str, allow: Allow, handler: F) -> RouteSpec
where
    F: Handler<Args> + Send + Sync,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    spec(Method::POST, path, allow, handler)
}

fn spec<F, Args>(method: Method, path: &'static str, allow: Allow, handler: F) -> RouteSpec
where
    F: Handler<Args> + Send + Sync,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    let verb = method.clone();
    let route = Box::new(move || web::route().method(verb.clone()).to(handler.clone()));
    RouteSpec {
        method,
        path,
        allow,
        route,
    }
}

/// Who may use what, by method and pattern: what the guard looks up.
#[derive(Debug, Default)]
pub struct RouteTable(HashMap<(Method, String), Allow>);

impl RouteTable {
    pub fn new(specs: &[RouteSpec]) -> RouteTable {
        RouteTable(
            specs
                .iter()
                .map(|spec| ((spec.method.clone(), spec.path.to_owned()), spec.allow))
                .collect(),
        )
    }

    /// Who may use a pattern; none if the program does not answer to it.
    pub fn allow(&self, method: &Method, pattern: &str) -> Option<Allow> {
        let method = if method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        self.0.get(&(method.clone(), pattern.to_owned())).copied()
    }
}
