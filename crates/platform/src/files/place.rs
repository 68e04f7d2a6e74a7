//! Where a store is: a folder, or a bucket of an S3-compatible store.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use age::secrecy::{ExposeSecret as _, SecretString};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt as _, RetryConfig};
use tokio::time::timeout;

use super::fault::classify;
use super::spool::{self, Spooled};
use super::{FileDigest, FileError, place_of};

/// How long a connection to an S3 store may take to come about.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a store may think about a small question before a file is sent to it.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);
/// How long an S3 store may be silent in the middle of an answer.
const SILENCE: Duration = Duration::from_secs(30);
/// How long it may be silent while it takes a file in: some put the parts of a large one together before they answer.
const SILENCE_OF_UPLOADS: Duration = Duration::from_secs(600);
/// For how long a request that failed is sent again.
const RETRIES: Duration = Duration::from_secs(20);

/// Where a store is.
#[derive(Debug, Clone)]
pub enum FilePlace {
    /// A folder of this machine, or of a network drive that knows `rename` and `fsync`.
    Folder(PathBuf),
    /// A bucket.
    S3(S3Place),
}

/// A bucket of an S3-compatible store.
#[derive(Debug, Clone)]
pub struct S3Place {
    /// Name of the bucket; it has to exist.
    pub bucket: String,
    /// What stands before every name in it; may be empty.
    pub prefix: String,
    /// `https://host:port` of the store; nothing for Amazon's own.
    pub endpoint: Option<String>,
    /// Region; `us-east-1` where nothing is said, which most other stores take.
    pub region: Option<String>,
    /// Name of the key.
    pub access_key: Option<String>,
    /// The key itself.
    pub secret_key: Option<SecretString>,
    /// A folder of this machine in which files lie while they are hashed.
    pub spool: PathBuf,
}

impl FilePlace {
    /// Reads `s3://bucket/prefix` or the path of a folder. `spool` is the folder for files on their way to a bucket.
    ///
    /// # Errors
    /// When the address has another scheme, or names no bucket.
    pub fn read(address: &str, spool: PathBuf) -> Result<Self, FileError> {
        let refuse = || FileError::Address { address: address.to_owned() };
        if let Some(rest) = address.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            if bucket.is_empty() || prefix.contains("//") {
                return Err(refuse());
            }
            return Ok(Self::S3(S3Place {
                bucket: bucket.to_owned(),
                prefix: prefix.trim_matches('/').to_owned(),
                endpoint: None,
                region: None,
                access_key: None,
                secret_key: None,
                spool,
            }));
        }
        if address.is_empty() || address.contains("://") {
            return Err(refuse());
        }
        Ok(Self::Folder(PathBuf::from(address)))
    }
}

/// An open store.
#[derive(Debug)]
pub(super) struct Inner {
    pub(super) store: Arc<dyn ObjectStore>,
    /// The same store with more patience, for what is sent to it.
    uploads: Arc<dyn ObjectStore>,
    prefix: ObjectPath,
    /// The folder; nothing for a bucket.
    root: Option<PathBuf>,
    /// Where files lie while they are hashed; below the root of a folder, so that they can be renamed.
    pub(super) spool: PathBuf,
    pub(super) name: String,
}

impl Inner {
    pub(super) async fn open(place: FilePlace) -> Result<Self, FileError> {
        match place {
            FilePlace::Folder(root) => {
                tokio::fs::create_dir_all(&root).await?;
                let store = LocalFileSystem::new_with_prefix(&root).map_err(|error| classify(Box::new(error)))?.with_fsync(true);
                let (spool, name) = (root.join(spool::FOLDER), root.display().to_string());
                let store: Arc<dyn ObjectStore> = Arc::new(store);
                Ok(Self { uploads: Arc::clone(&store), store, prefix: ObjectPath::default(), root: Some(root), spool, name })
            }
            FilePlace::S3(place) => {
                let name = format!("s3://{}/{}", place.bucket, place.prefix);
                let prefix = ObjectPath::parse(&place.prefix).map_err(|_| FileError::Address { address: name.clone() })?;
                let (store, uploads) = (Arc::new(connect(&place, SILENCE)?), Arc::new(connect(&place, SILENCE_OF_UPLOADS)?));
                Ok(Self { store, uploads, prefix, root: None, spool: place.spool, name })
            }
        }
    }

    /// A folder that went away (a drive that is not mounted any more) must not be made anew and filled.
    pub(super) async fn present(&self) -> Result<(), FileError> {
        match &self.root {
            Some(root) => Ok(tokio::fs::metadata(root).await.map(drop)?),
            None => Ok(()),
        }
    }

    pub(super) fn path_of(&self, sha256: FileDigest) -> ObjectPath {
        place_of(&self.prefix, sha256)
    }

    pub(super) fn root_of_files(&self) -> ObjectPath {
        self.prefix.clone().join("sha256")
    }

    /// The name of a file by its path; nothing where this store would have given another path.
    pub(super) fn digest_of(&self, path: &ObjectPath) -> Option<FileDigest> {
        let sha256 = path.filename()?.parse().ok()?;
        (self.path_of(sha256) == *path).then_some(sha256)
    }

    /// Brings a file that is whole to its place.
    pub(super) async fn place(&self, mut spooled: Spooled, sha256: FileDigest, size: u64) -> Result<(), FileError> {
        let path = self.path_of(sha256);
        if self.root.is_some() {
            let from = ObjectPath::from_iter([spool::FOLDER, &spooled.finish(true).await?]);
            // Renamed over an older file of the same name: a damaged one is healed, a whole one gets a new time.
            return match self.store.rename(&from, &path).await {
                Ok(()) => {
                    spooled.keep();
                    Ok(())
                }
                Err(error) => Err(self.fault(error, None).await),
            };
        }
        spooled.finish(false).await?;
        self.sign_of_life(&path).await?;
        match spool::upload(self.uploads.as_ref(), &path, &spooled, size).await {
            Ok(()) => Ok(()),
            Err(spool::Trouble::Disk(error)) => Err(error.into()),
            Err(spool::Trouble::Store(error)) => Err(self.fault(error, None).await),
        }
    }

    /// Asks a bucket a small question before much is sent to it. An upload is patient; with a store that takes connections and says nothing, whoever
    /// waits would wait for minutes.
    async fn sign_of_life(&self, path: &ObjectPath) -> Result<(), FileError> {
        match timeout(SIGN_OF_LIFE, self.store.head(path)).await {
            Ok(Ok(_) | Err(object_store::Error::NotFound { .. })) => Ok(()),
            Ok(Err(error)) => Err(self.fault(error, None).await),
            Err(silent) => Err(FileError::Gone { source: Box::new(silent) }),
        }
    }

    /// The fault behind an error of the store. A file that is missing and a store that is missing look alike, so the folder is asked.
    pub(super) async fn fault(&self, error: object_store::Error, sha256: Option<FileDigest>) -> FileError {
        match (error, sha256) {
            (error @ object_store::Error::NotFound { .. }, Some(sha256)) => {
                if error.to_string().contains("NoSuchBucket") {
                    return FileError::Gone { source: Box::new(error) };
                }
                match self.present().await {
                    Ok(()) => FileError::Missing { sha256 },
                    Err(fault) => fault,
                }
            }
            (error @ (object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. }), _) => {
                FileError::Refused { source: Box::new(error) }
            }
            (error, _) => classify(Box::new(error)),
        }
    }
}

fn connect(place: &S3Place, silence: Duration) -> Result<AmazonS3, FileError> {
    let access_key = place.access_key.as_ref().filter(|key| !key.is_empty()).ok_or(FileError::NotSet { what: "access key" })?;
    let secret_key = place.secret_key.as_ref().ok_or(FileError::NotSet { what: "secret key" })?;
    // The one source of cryptography of this program; set already when a store was opened before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // No limit for a whole answer: a large file takes its time, silence is what tells that something is wrong.
    let client = ClientOptions::new().with_timeout_disabled().with_connect_timeout(CONNECT).with_read_timeout(silence);
    let retries = RetryConfig { max_retries: 4, retry_timeout: RETRIES, ..RetryConfig::default() };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&place.bucket)
        .with_region(place.region.as_deref().unwrap_or("us-east-1"))
        .with_access_key_id(access_key)
        .with_secret_access_key(secret_key.expose_secret())
        .with_client_options(client)
        .with_retry(retries);
    if let Some(endpoint) = &place.endpoint {
        if !endpoint.starts_with("https://") && !endpoint.starts_with("http://") {
            return Err(FileError::Address { address: endpoint.clone() });
        }
        builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
    }
    builder.build().map_err(|_| FileError::Address { address: format!("s3://{}", place.bucket) })
}

#[cfg(test)]
mod tests {
    use super::FilePlace;
    use std::path::PathBuf;

    #[test]
    fn an_address_is_a_folder_or_a_bucket() {
        let read = |address: &str| FilePlace::read(address, PathBuf::from("spool"));
        assert!(matches!(read("/srv/tệp"), Ok(FilePlace::Folder(path)) if path == *"/srv/tệp"));
        for (address, bucket, prefix) in
            [("s3://kho", "kho", ""), ("s3://kho/", "kho", ""), ("s3://kho/cchc", "kho", "cchc"), ("s3://kho/a/b/", "kho", "a/b")]
        {
            let Ok(FilePlace::S3(place)) = read(address) else { panic!("{address} is no bucket") };
            assert_eq!((place.bucket.as_str(), place.prefix.as_str()), (bucket, prefix), "{address}");
        }
        for wrong in ["", "s3://", "s3:///x", "s3://kho/a//b", "gs://kho", "https://kho"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
