//! One browser for the tests of a process, and pages in it.

use crate::axe::{self, Violation};
use crate::chromedriver::Chromedriver;
use crate::set_by_xtask;
use serde_json::json;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::error::WebDriverResult;
use thirtyfour::{By, DesiredCapabilities, WebDriver, WebElement};

const ARGUMENTS: [&str; 16] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--disable-search-engine-choice-screen",
    "--hide-scrollbars",
    "--no-proxy-server",
    "--password-store=basic",
    "--lang=vi",
];

/// How long a click may take to bring the next page, on a machine that does much else.
const NEXT_PAGE: Duration = Duration::from_secs(30);

static SHARED: LazyLock<Browser> = LazyLock::new(Browser::start);

/// What the reader's system prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColourScheme {
    /// Dark writing on light ground.
    Light,
    /// Light writing on dark ground.
    Dark,
}

/// How a page is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageOptions {
    /// Width of the viewport in CSS pixels.
    pub width: u32,
    /// Height of the viewport in CSS pixels.
    pub height: u32,
    /// Whether the page's scripts run.
    pub scripting: bool,
    /// What the reader's system prefers.
    pub colour_scheme: ColourScheme,
}

impl PageOptions {
    /// A common screen: 1366 by 900.
    #[must_use]
    pub const fn desktop() -> Self {
        Self { width: 1366, height: 900, scripting: true, colour_scheme: ColourScheme::Light }
    }

    /// The narrowest viewport the pages must serve: 320 by 800.
    #[must_use]
    pub const fn narrow() -> Self {
        Self { width: 320, height: 800, ..Self::desktop() }
    }

    /// With scripts switched off.
    #[must_use]
    pub const fn without_scripts(self) -> Self {
        Self { scripting: false, ..self }
    }

    /// With the dark scheme preferred.
    #[must_use]
    pub const fn dark(self) -> Self {
        Self { colour_scheme: ColourScheme::Dark, ..self }
    }
}

impl Default for PageOptions {
    fn default() -> Self {
        Self::desktop()
    }
}

/// Chromium, steered by a chromedriver of its own.
#[derive(Debug)]
pub struct Browser {
    driver: Chromedriver,
    chromium: String,
    pages: AtomicU32,
}

impl Browser {
    /// The browser all tests of this process share. It ends with the process.
    ///
    /// # Panics
    ///
    /// When the test was not started by `cargo xtask test`.
    #[must_use]
    pub fn shared() -> &'static Self {
        &SHARED
    }

    /// A browser of its own, which ends with the value.
    ///
    /// # Panics
    ///
    /// When the test was not started by `cargo xtask test`.
    #[must_use]
    pub fn start() -> Self {
        // The steering speaks plain HTTP, but its client wants to know which TLS it would use; installed already is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let chromium = set_by_xtask("CCHC_TEST_CHROMIUM");
        let driver = Chromedriver::start(&set_by_xtask("CCHC_TEST_CHROMEDRIVER"));
        Self { driver, chromium, pages: AtomicU32::new(0) }
    }

    /// The folder that holds the profiles; it goes with the browser.
    #[must_use]
    pub fn profiles(&self) -> &Path {
        self.driver.folder()
    }

    /// Opens an empty page with a new profile.
    ///
    /// # Panics
    ///
    /// When the browser does not start.
    pub async fn open(&self, options: PageOptions) -> Page {
        let number = self.pages.fetch_add(1, Ordering::Relaxed);
        let profile = self.driver.folder().join(format!("profile-{number}"));
        let driver = self.session(options, &profile).await.expect("a page in Chromium");
        Page { driver, profile, options }
    }

    async fn session(&self, options: PageOptions, profile: &Path) -> WebDriverResult<WebDriver> {
        let mut capabilities = DesiredCapabilities::chrome();
        capabilities.set_binary(&self.chromium)?;
        for argument in ARGUMENTS {
            capabilities.add_arg(argument)?;
        }
        capabilities.add_arg(&format!("--user-data-dir={}", profile.display()))?;
        capabilities.add_arg(&format!("--window-size={},{}", options.width, options.height))?;
        let driver = WebDriver::new(&self.driver.url, capabilities).await?;
        driver.set_page_load_timeout(Duration::from_secs(60)).await?;
        driver.set_script_timeout(Duration::from_secs(60)).await?;
        let devtools = driver.cdp();
        // A window has a least width and a frame; the metrics of the device have neither.
        devtools.emulation().set_device_metrics_override(options.width, options.height, 1.0, false).await?;
        let scheme = match options.colour_scheme {
            ColourScheme::Light => "light",
            ColourScheme::Dark => "dark",
        };
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        devtools.send_raw("Emulation.setEmulatedMedia", json!({ "features": features })).await?;
        if !options.scripting {
            devtools.send_raw("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await?;
        }
        Ok(driver)
    }
}

/// A page; everything a `WebDriver` can do, it can do.
#[derive(Debug)]
pub struct Page {
    driver: WebDriver,
    profile: PathBuf,
    options: PageOptions,
}

impl Deref for Page {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        &self.driver
    }
}

impl Page {
    /// How this page is looked at.
    #[must_use]
    pub const fn options(&self) -> PageOptions {
        self.options
    }

    /// Clicks a link or a button that leads to another page, and waits until that page is there.
    ///
    /// The driver waits for a navigation that has begun; without script the browser may begin it only after the click is answered,
    /// and whatever is looked for next would be looked for in the old page.
    ///
    /// # Panics
    ///
    /// When the element cannot be clicked, or no other page comes.
    pub async fn follow(&self, element: WebElement) {
        let old = self.driver.find(By::Tag("html")).await.expect("a page to leave");
        element.click().await.expect("a click");
        let left = async {
            while old.tag_name().await.is_ok() {
                tokio::time::sleep(NEXT_PAGE / 1000).await;
            }
        };
        tokio::time::timeout(NEXT_PAGE, left).await.expect("the click leads to another page");
        self.driver.find(By::Tag("body")).await.expect("the next page");
    }

    /// The faults axe finds in the page as it stands. A page that was opened with scripts off stands as it was made without them:
    /// axe, itself a script, is let in for the check alone.
    ///
    /// # Panics
    ///
    /// When axe cannot be run in the page.
    pub async fn axe(&self) -> Vec<Violation> {
        if !self.options.scripting {
            self.let_scripts_run(true).await;
        }
        let found = axe::axe(&self.driver).await;
        if !self.options.scripting {
            self.let_scripts_run(false).await;
        }
        found
    }

    async fn let_scripts_run(&self, run: bool) {
        let asked = self.driver.cdp().send_raw("Emulation.setScriptExecutionDisabled", json!({ "value": !run })).await;
        asked.expect("the browser switches scripts");
    }

    /// Writes what the viewport shows into a PNG file; makes its folder.
    ///
    /// # Panics
    ///
    /// When the picture cannot be taken or written.
    pub async fn screenshot(&self, file: &Path) {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).expect("a folder for the picture");
        }
        self.driver.screenshot(file).await.expect("a picture of the page");
    }

    /// Ends the page and its browser. A page that is only dropped ends too, but blocks meanwhile.
    ///
    /// # Panics
    ///
    /// When the browser does not answer any more.
    pub async fn close(self) {
        self.driver.quit().await.expect("the browser ends");
        // What stays goes with the folder of the browser.
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}
