//! The body of an answer that is made while it is sent: the next stretch is read when the reader has taken the last.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::rt::task::{JoinHandle, spawn_blocking};
use actix_web::web::Bytes;

use super::Stream;
use crate::error::Error;
use crate::state::Site;

type Made = (Stream, Result<Option<Vec<u8>>, Error>);

/// A list on its way to a reader.
pub struct Pulled {
    site: Site,
    stream: Option<Stream>,
    making: Option<JoinHandle<Made>>,
}

impl Pulled {
    pub fn new(site: Site, stream: Stream) -> Pulled {
        Pulled {
            site,
            stream: Some(stream),
            making: None,
        }
    }
}

impl MessageBody for Pulled {
    type Error = Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        if let Some(mut stream) = self.stream.take() {
            let site = self.site.clone();
            self.making = Some(spawn_blocking(move || {
                let made = stream.next(&site);
                (stream, made)
            }));
        }
        let Some(making) = &mut self.making else {
            return Poll::Ready(None);
        };
        let done = match Pin::new(making).poll(context) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(done) => done,
        };
        self.making = None;
        match done {
            Ok((stream, Ok(Some(bytes)))) => {
                self.stream = Some(stream);
                Poll::Ready(Some(Ok(Bytes::from(bytes))))
            }
            Ok((_, Ok(None))) => Poll::Ready(None),
            Ok((_, Err(error))) => {
                tracing::error!(%error, "a list was not sent to its end");
                Poll::Ready(Some(Err(error)))
            }
            Err(_) => Poll::Ready(Some(Err(Error::Failed("making a list was cut off".to_owned())))),
        }
    }
}
