//! Where files are kept.

use crate::Name;
use dunlin::{AnswerError, RequestHead, Response, Status};

/// A place for files.
pub trait Storage: 'static {
    /// A file that is being written, and that nobody else sees.
    type Upload;

    /// A file that is being read, from where to where.
    type Download;

    /// Shows the name and the size of each file.
    ///
    /// # Errors
    ///
    /// [`Problem`] when not all could be shown.
    fn each(&self, visit: &mut dyn FnMut(&str, u64)) -> Result<(), Problem>;

    /// Begins a file that is to have a name when it is complete.
    ///
    /// # Errors
    ///
    /// [`Problem`]; then there is nothing to discard.
    fn create(&self, name: &Name) -> Result<Self::Upload, Problem>;

    /// Writes octets behind those before.
    ///
    /// # Errors
    ///
    /// [`Problem`]; the upload is to be discarded.
    fn write(&self, upload: &mut Self::Upload, octets: &[u8]) -> Result<(), Problem>;

    /// Gives a complete file its name, which another one may lose. Returns whether
    /// the name is new.
    ///
    /// # Errors
    ///
    /// [`Problem`]; the upload is discarded.
    fn commit(&self, upload: Self::Upload) -> Result<bool, Problem>;

    /// Forgets a file that is not complete.
    fn discard(&self, upload: Self::Upload);

    /// Answers a request for a file, as
    /// [`Representation::respond`](dunlin::Representation::respond) does. A body is begun
    /// with [`Response::pulled`], and `opened` is what it is then
    /// [read](Self::read) from.
    ///
    /// # Errors
    ///
    /// [`AnswerError`] of the response; then nothing was sent.
    fn open(
        &self,
        name: &Name,
        head: &RequestHead<'_>,
        response: Response<'_>,
        opened: &mut Option<Self::Download>,
    ) -> Result<(), AnswerError>;

    /// Reads the next octets, at most `room`, and gives them to `send` once.
    ///
    /// # Errors
    ///
    /// [`Problem`] when they are not there any more.
    fn read(
        &self,
        download: &mut Self::Download,
        room: usize,
        send: &mut dyn FnMut(&[u8]),
    ) -> Result<(), Problem>;

    /// Deletes a file.
    ///
    /// # Errors
    ///
    /// [`Problem`]; then nothing has changed.
    fn remove(&self, name: &Name) -> Result<(), Problem>;
}

/// Why something was not done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// The name cannot be that of a file: choose another.
    WrongName,
    /// There is no such file.
    NotFound,
    /// The name is taken by something that is no file: choose another.
    Taken,
    /// The file is larger than files may be.
    TooLarge,
    /// There is no room: delete something.
    Full,
    /// The storage failed.
    Failed,
}

impl Problem {
    /// What a client is answered with.
    pub const fn status(self) -> Status {
        match self {
            Self::WrongName => Status::BAD_REQUEST,
            Self::NotFound => Status::NOT_FOUND,
            Self::Taken => Status::CONFLICT,
            Self::TooLarge => Status::CONTENT_TOO_LARGE,
            Self::Full => INSUFFICIENT_STORAGE,
            Self::Failed => Status::INTERNAL_SERVER_ERROR,
        }
    }

    /// The same for people.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::WrongName => {
                "A name has 64 octets of UTF-8 at most, no slash, and no dot at its beginning."
            }
            Self::NotFound => "There is no such file.",
            Self::Taken => "The name is taken by something that is no file.",
            Self::TooLarge => "The file is larger than files may be.",
            Self::Full => "There is no room left.",
            Self::Failed => "The storage failed.",
        }
    }
}

/// RFC 4918 section 11.5.
const INSUFFICIENT_STORAGE: Status = match Status::new(507) {
    Some(status) => status,
    None => Status::INTERNAL_SERVER_ERROR,
};
