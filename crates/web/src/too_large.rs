//! Telling a body that is too large from one that broke off.
//!
//! A body has several limits, one around the other: that of the server and that of the route. Which of them stopped it stands
//! somewhere among the causes of the error, below the layers that each of them adds.

use std::error::Error;

use http_body_util::LengthLimitError;

/// Whether a body was stopped because it was too large; whoever does not say how long it is finds out on the way.
pub(crate) fn is_too_large(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<LengthLimitError>() {
            return true;
        }
        next = error.source();
    }
    false
}
