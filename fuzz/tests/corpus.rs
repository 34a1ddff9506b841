//! Every input in the corpora, without the engine.

use dunlin_fuzz::TARGETS;
use std::path::Path;

#[test]
fn no_input_in_the_corpora_breaks_a_promise() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for (name, check) in TARGETS {
        let files = std::fs::read_dir(corpora.join(name)).expect("a target has a corpus");
        let mut count = 0;
        for file in files {
            let path = file.expect("a file can be listed").path();
            println!("{}", path.display());
            check(&std::fs::read(&path).expect("a file can be read"));
            count += 1;
        }
        assert!(count > 0, "the corpus of {name} is empty");
    }
}
