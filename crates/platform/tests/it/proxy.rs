//! A door between the program and a server that can be shut and opened again, so that the server is gone without ending it for its other guests.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// An open door; connections through it end when it is shut.
pub(crate) struct Door {
    server: String,
    at: SocketAddr,
    open: Option<JoinSet<()>>,
}

impl Door {
    /// A door to the host and port of a server.
    pub(crate) async fn open_to(server: &str) -> Self {
        let mut door = Self { server: server.to_owned(), at: ([127, 0, 0, 1], 0).into(), open: None };
        door.open().await;
        door
    }

    /// Host and port of the door.
    pub(crate) fn place(&self) -> SocketAddr {
        self.at
    }

    pub(crate) async fn open(&mut self) {
        let listener = TcpListener::bind(self.at).await.unwrap();
        self.at = listener.local_addr().unwrap();
        let server = self.server.clone();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut guests = JoinSet::new();
            while let Ok((mut guest, _)) = listener.accept().await {
                let server = server.clone();
                guests.spawn(async move {
                    if let Ok(mut host) = TcpStream::connect(server).await {
                        let _ = copy_bidirectional(&mut guest, &mut host).await;
                    }
                });
            }
        });
        self.open = Some(tasks);
    }

    /// Ends every connection and refuses new ones.
    pub(crate) async fn shut(&mut self) {
        if let Some(mut tasks) = self.open.take() {
            tasks.shutdown().await;
        }
    }
}
