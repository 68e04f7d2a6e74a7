//! Kinds of notices, ways to send them, and which way is taken unless a person chooses another.

/// Why a person should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Work was given to their unit, or opened again.
    Assigned,
    /// Work is due within days.
    DueSoon,
    /// Work is late.
    Late,
    /// What they handed in came back.
    Returned,
    /// Something waits for their decision.
    ForApproval,
}

impl Kind {
    /// Every kind, in the order of the page of preferences.
    pub const ALL: [Self; 5] = [Self::Assigned, Self::DueSoon, Self::Late, Self::Returned, Self::ForApproval];

    /// The word in the database and in web messages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::DueSoon => "due-soon",
            Self::Late => "late",
            Self::Returned => "returned",
            Self::ForApproval => "for-approval",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The way that is taken unless the person chose another: what must be acted on at once comes by itself, the rest with the digest;
    /// web messages come to nobody who did not ask for them.
    #[must_use]
    pub const fn usual(self, channel: Channel) -> Manner {
        match (channel, self) {
            (Channel::Webhook, _) => Manner::None,
            (Channel::Mail, Self::Late | Self::Returned) => Manner::Each,
            (Channel::Mail, Self::Assigned | Self::DueSoon | Self::ForApproval) => Manner::Digest,
        }
    }
}

/// By which way a notice leaves the house. On the person's page it stands always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// By mail to the address of the account.
    Mail,
    /// As a web message to the gateway of this installation, for Zalo or SMS.
    Webhook,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 2] = [Self::Mail, Self::Webhook];

    /// The word in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Webhook => "webhook",
        }
    }

    /// The channel of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.word() == word)
    }
}

/// When a notice leaves by a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Never.
    None,
    /// At once, by itself.
    Each,
    /// Once a day, with all others.
    Digest,
}

impl Manner {
    /// Every manner.
    pub const ALL: [Self; 3] = [Self::Each, Self::Digest, Self::None];

    /// The word in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Each => "each",
            Self::Digest => "digest",
        }
    }

    /// The manner of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|manner| manner.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lead_back_to_what_they_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of(kind.word()), Some(kind));
        }
        for channel in Channel::ALL {
            assert_eq!(Channel::of(channel.word()), Some(channel));
        }
        for manner in Manner::ALL {
            assert_eq!(Manner::of(manner.word()), Some(manner));
        }
    }
}
