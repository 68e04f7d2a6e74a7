//! Clients that send or read too slowly, by accident or to hold the server.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::HttpBody;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::metrics::Counter;

/// The body of a request came too slowly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the body of the request came too slowly")]
pub(crate) struct TooSlow;

/// What a body has to keep to.
#[derive(Debug, Clone)]
pub(crate) struct Pace {
    /// The longest silence.
    pub(crate) patience: Duration,
    /// The least speed on the whole, in bytes a second.
    pub(crate) least: u64,
    /// How much of a body that nobody wants is read all the same, in bytes; 0 for nothing.
    pub(crate) unwanted: u64,
    /// Counts bodies that were too slow.
    pub(crate) slow: Counter,
}

/// A body that has to arrive in time. What a handler leaves of it is read and thrown away: whoever closes a connection on
/// bytes that were not read resets it, and the client, or the proxy between, loses the answer that says why.
pub(crate) struct Paced {
    inner: Option<Incoming>,
    pace: Pace,
    start: Instant,
    received: u64,
    timer: Pin<Box<Sleep>>,
}

impl Paced {
    pub(crate) fn new(inner: Incoming, pace: Pace) -> Self {
        let start = Instant::now();
        let timer = Box::pin(sleep_until(start + pace.patience));
        Self { inner: Some(inner), pace, start, received: 0, timer }
    }

    /// When the next bytes have to be here.
    fn deadline(&self, now: Instant) -> Instant {
        let earned = Duration::from_secs(self.received / self.pace.least.max(1));
        (now + self.pace.patience).min(self.start + self.pace.patience + earned)
    }
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        let Some(inner) = &mut this.inner else { return Poll::Ready(None) };
        match Pin::new(inner).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                this.received += frame.data_ref().map_or(0, |data| data.len() as u64);
                let deadline = this.deadline(Instant::now());
                this.timer.as_mut().reset(deadline);
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(other) => Poll::Ready(other.map(|outcome| outcome.map_err(Into::into))),
            Poll::Pending => {
                ready!(this.timer.as_mut().poll(cx));
                this.pace.slow.add(1);
                this.inner = None;
                Poll::Ready(Some(Err(TooSlow.into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map_or_else(|| SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for Paced {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take() else { return };
        let unwanted = self.pace.unwanted;
        if unwanted == 0 || inner.is_end_stream() || inner.size_hint().lower() > unwanted {
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let mut rest = Self::new(inner, Pace { unwanted: 0, ..self.pace.clone() });
        runtime.spawn(async move {
            while rest.received <= unwanted && matches!(poll_fn(|cx| Pin::new(&mut rest).poll_frame(cx)).await, Some(Ok(_))) {}
        });
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
