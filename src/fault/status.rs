//! From HTTP statuses to kinds, and which of them are worth another attempt.

use super::Kind;

/// The kind behind an HTTP error status; `None` below 400 and for what is not an HTTP status.
///
/// 4xx codes without a kind of their own count as the request being refused ([`Kind::NotAllowed`]).
pub const fn kind_of_status(status: u16) -> Option<Kind> {
    Some(match status {
        400 | 422 => Kind::RejectedInput,
        401 => Kind::SignInRequired,
        402 => Kind::QuotaExceeded,
        404 | 410 => Kind::NotFound,
        408 => Kind::Timeout,
        409 | 412 | 428 => Kind::Conflict,
        413 | 414 | 431 => Kind::TooLarge,
        425 | 502 | 504 | 520..=524 => Kind::Unavailable,
        426 => Kind::OutdatedClient,
        429 => Kind::RateLimited,
        451 => Kind::UnavailableHere,
        503 | 529 => Kind::Overloaded,
        400..=499 => Kind::NotAllowed,
        500..=599 => Kind::ServerError,
        _ => return None,
    })
}

/// Whether an answer with this status counts as a failure for the circuit breaker.
pub const fn counts_for_breaker(status: u16) -> bool {
    matches!(status, 408 | 500 | 502..=504 | 506..=599)
}

/// Whether an answer with this status is tried again when the options name no statuses.
///
/// `server_time`: the answer said when to come back (413 is tried again only then).
pub const fn retried_by_default(status: u16, server_time: bool) -> bool {
    match status {
        408 | 425 | 429 | 500 | 502 | 503 | 504 | 520..=524 | 529 => true,
        413 => server_time,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_of_the_table_has_its_kind() {
        let table: &[(&[u16], Option<Kind>)] = &[
            (&[0, 200, 204, 304, 399, 600], None),
            (&[503, 529], Some(Kind::Overloaded)),
            (&[425, 502, 504, 520, 521, 522, 523, 524], Some(Kind::Unavailable)),
            (&[500, 501, 505, 525, 599], Some(Kind::ServerError)),
            (&[408], Some(Kind::Timeout)),
            (&[429], Some(Kind::RateLimited)),
            (&[402], Some(Kind::QuotaExceeded)),
            (&[401], Some(Kind::SignInRequired)),
            (&[403, 405, 418, 499], Some(Kind::NotAllowed)),
            (&[404, 410], Some(Kind::NotFound)),
            (&[409, 412, 428], Some(Kind::Conflict)),
            (&[400, 422], Some(Kind::RejectedInput)),
            (&[413, 414, 431], Some(Kind::TooLarge)),
            (&[451], Some(Kind::UnavailableHere)),
            (&[426], Some(Kind::OutdatedClient)),
        ];
        for (statuses, kind) in table {
            for status in *statuses {
                assert_eq!(kind_of_status(*status), *kind, "status {status}");
            }
        }
    }
}
