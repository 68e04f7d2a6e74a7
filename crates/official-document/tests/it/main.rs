//! Documents on paper: what stands where, in both files.

mod docx;
mod hostile;
mod made;
mod office;
mod pdf;
