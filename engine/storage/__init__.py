"""Project folders on disk: all that was done to a source, kept so that nothing takes it away.

    Title.runout/
        project.json        the document: source, operations of all branches, head, marks, view
        generations/        its last 20 states, NNNN.json
        journal.jsonl       what was done since, line by line; its first line is the document again
        renders/            samples, spans and events, named by the SHA-256 of their content
        profiles/           noise profiles, by name
        source/             the source, where it was copied in
        lock                who has it open

Marked noise is kept as its region. What an operation has learnt from it is kept as a profile, so
that it can be done again without the source, or to another side.

Order of writing: a render before the line or document that names it, a generation before the
document, the document before a new journal. A process killed anywhere leaves a project that opens.
"""
