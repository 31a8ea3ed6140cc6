//! The proof that somebody may do something: what every handler asks for as its first argument.

use std::marker::PhantomData;

use super::{Action, Acts, Object, Viewer, allowed};

/// Who asks may do `A` to the object of the request.
///
/// The only constructor is the check itself, so a handler that takes one cannot run unchecked, and a route without one cannot be
/// declared: the table takes nothing else.
#[derive(Debug, Clone)]
pub struct Authorized<A: Acts> {
    viewer: Option<Viewer>,
    action: PhantomData<A>,
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// Nobody is signed in, and somebody who is might be let through.
    SignInFirst,
    /// Not with this role, or not with this token.
    NotYou,
    /// Not this object: to who asks it does not exist.
    NotYours,
}

impl<A: Acts> Authorized<A> {
    /// The check. `object` is how what the request names stands to the viewer.
    ///
    /// # Errors
    /// [`Denied`], with the reason that the answer may show.
    pub(crate) fn check(viewer: Option<Viewer>, object: Object) -> Result<Self, Denied> {
        let may = match &viewer {
            Some(viewer) => viewer.may_to(A::ACTION, object),
            None => allowed(None, A::ACTION, object),
        };
        if may {
            return Ok(Self {
                viewer,
                action: PhantomData,
            });
        }
        Err(match viewer {
            None => Denied::SignInFirst,
            Some(viewer) if viewer.may(A::ACTION) => Denied::NotYours,
            Some(_) => Denied::NotYou,
        })
    }

    /// The action.
    #[must_use]
    pub const fn action(&self) -> Action {
        A::ACTION
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// Nobody is; only for actions that are everybody's.
    pub fn viewer(&self) -> Result<&Viewer, Denied> {
        self.viewer.as_ref().ok_or(Denied::SignInFirst)
    }

    /// Who is signed in, if anybody; public pages are for all.
    #[must_use]
    pub const fn anybody(&self) -> Option<&Viewer> {
        self.viewer.as_ref()
    }
}
