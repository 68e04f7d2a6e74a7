//! Clients that send or read too slowly, by accident or to hold the server.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::HttpBody;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::metrics::Counter;

/// The body of a request came too slowly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the body of the request came too slowly")]
pub(crate) struct TooSlow;

/// A body that has to arrive: never silent for longer than `patience`, and on the whole at `least` bytes a second or more.
pub(crate) struct Paced<B> {
    inner: B,
    patience: Duration,
    least: u64,
    start: Instant,
    received: u64,
    timer: Pin<Box<Sleep>>,
    slow: Counter,
}

impl<B> Paced<B> {
    pub(crate) fn new(inner: B, patience: Duration, least: u64, slow: Counter) -> Self {
        let start = Instant::now();
        let timer = Box::pin(sleep_until(start + patience));
        Self { inner, patience, least: least.max(1), start, received: 0, timer, slow }
    }

    /// When the next bytes have to be here.
    fn deadline(&self, now: Instant) -> Instant {
        let earned = Duration::from_secs(self.received / self.least);
        (now + self.patience).min(self.start + self.patience + earned)
    }
}

impl<B> HttpBody for Paced<B>
where
    B: HttpBody<Data = Bytes> + Unpin,
    B::Error: Into<axum::BoxError>,
{
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        match Pin::new(&mut this.inner).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                this.received += frame.data_ref().map_or(0, |data| data.len() as u64);
                let deadline = this.deadline(Instant::now());
                this.timer.as_mut().reset(deadline);
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(other) => Poll::Ready(other.map(|outcome| outcome.map_err(Into::into))),
            Poll::Pending => {
                ready!(this.timer.as_mut().poll(cx));
                this.slow.add(1);
                Poll::Ready(Some(Err(TooSlow.into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// A connection on which writing fails when the other side takes nothing for longer than `patience`.
pub(crate) struct Draining<S> {
    inner: S,
    patience: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    slow: Counter,
}

impl<S> Draining<S> {
    pub(crate) fn new(inner: S, patience: Duration, slow: Counter) -> Self {
        Self { inner, patience, timer: None, slow }
    }

    fn watch<T>(&mut self, cx: &mut Context<'_>, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.timer = None;
            return outcome;
        }
        let patience = self.patience;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + patience)));
        ready!(timer.as_mut().poll(cx));
        self.slow.add(1);
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Draining<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Draining<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.inner).poll_write(cx, bytes);
        this.watch(cx, outcome)
    }

    fn poll_write_vectored(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.inner).poll_write_vectored(cx, bytes);
        this.watch(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.inner).poll_flush(cx);
        this.watch(cx, outcome)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.inner).poll_shutdown(cx);
        this.watch(cx, outcome)
    }
}
