//! All endpoints of a client, by number.

use crate::policy::endpoint::Endpoint;
use alloc::vec::Vec;

/// At most so many are told apart; what comes later shares one, so that memory stays bounded.
const MAX: usize = 256;

/// The endpoints that calls have gone to, or may go to.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    all: Vec<Endpoint>,
}

impl Endpoints {
    /// The number of an endpoint: an origin, or a base URL.
    pub fn number(&mut self, url: &str) -> u32 {
        let known = self.all.iter().position(|endpoint| endpoint.url == url);
        let number = known.unwrap_or_else(|| {
            if self.all.len() <= MAX {
                let url = if self.all.len() < MAX { url } else { "(other)" };
                self.all.push(Endpoint::new(url));
            }
            self.all.len() - 1
        });
        number as u32
    }

    /// Those that exist.
    pub fn all(&mut self) -> &mut [Endpoint] {
        &mut self.all
    }

    /// One of them.
    pub fn get(&self, number: u32) -> Option<&Endpoint> {
        self.all.get(number as usize)
    }

    /// One of them.
    pub fn get_mut(&mut self, number: u32) -> Option<&mut Endpoint> {
        self.all.get_mut(number as usize)
    }

    /// Its origin or base URL.
    pub fn url(&self, number: u32) -> &str {
        self.get(number).map_or("", |endpoint| &endpoint.url)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}
