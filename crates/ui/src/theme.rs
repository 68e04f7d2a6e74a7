/// Light, dark, or as the reader's device says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Follow the setting of the device.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// Name of the cookie that keeps the choice.
    pub const COOKIE: &'static str = "che_do";

    /// All choices in the order in which they are offered.
    pub const ALL: [Theme; 3] = [Theme::Light, Theme::Dark, Theme::System];

    /// The choice behind a cookie value or a query value; anything unknown is [`Theme::System`].
    pub fn from_value(value: &str) -> Theme {
        match value {
            "sang" => Theme::Light,
            "toi" => Theme::Dark,
            _ => Theme::System,
        }
    }

    /// The value kept in the cookie and sent in the query.
    pub fn value(self) -> &'static str {
        match self {
            Theme::System => "may",
            Theme::Light => "sang",
            Theme::Dark => "toi",
        }
    }

    /// Value of the `data-theme` attribute on the root element; none for [`Theme::System`].
    pub fn attribute(self) -> Option<&'static str> {
        match self {
            Theme::System => None,
            Theme::Light => Some("light"),
            Theme::Dark => Some("dark"),
        }
    }
}
