//! What the file says of itself.

use pdf_writer::{Finish, Pdf, Ref, TextStr};

use super::file::{LANGUAGE, Numbers};

/// Writes title and language, and that the file follows PDF/UA-1; the number of the description.
pub(super) fn write(pdf: &mut Pdf, numbers: &mut Numbers, title: &str) -> Ref {
    let mut info = pdf.document_info(numbers.next());
    info.title(TextStr(title)).producer(TextStr("cchc"));
    info.finish();
    let id = numbers.next();
    pdf.metadata(id, description(title).as_bytes()).finish();
    id
}

fn description(title: &str) -> String {
    let title = title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!(
        "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\">\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\
         <dc:language><rdf:Bag><rdf:li>{LANGUAGE}</rdf:li></rdf:Bag></dc:language>\
         <pdf:Producer>cchc</pdf:Producer><pdfuaid:part>1</pdfuaid:part>\
         </rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>"
    )
}
