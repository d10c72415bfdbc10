"""What apps declare for engines and apps below them: dotted names, resolved when needed, never imported."""

SHEETS = [
    "zhibu.organizations.importers.ORGANIZATIONS",
    "zhibu.members.importers.ROSTER",
    "zhibu.certificates.importers.LEGACY_NUMBERS",
    "zhibu.mobility.importers.transfers.TRANSFERS",
    "zhibu.mobility.importers.floating.FLOATING",
    "zhibu.conduct.importers.rewards.REWARDS",
    "zhibu.conduct.importers.penalties.PENALTIES_OF_PAST_YEARS",
    "zhibu.dues.importers.assessments.ASSESSMENTS",
]
ORGANIZATION_LABELS = {
    "names_of": "zhibu.organizations.labels.names_of",
    "ids_matching": "zhibu.organizations.labels.ids_matching",
    "ids_under": "zhibu.organizations.labels.ids_under",
}
SCOPE_OF_USER_ID = "zhibu.accounts.summaries.scopes.scope_of_user_id"
# Longer downloads are made by the worker. A workbook of this many rows holds the interpreter for some 0.1 s,
# as A4 it takes half a second beside it.
DIRECT_ROWS = 300
JOB_KINDS = ["zhibu.jobs.downloads.KINDS", "zhibu.imports.tasks.KINDS", "zhibu.certificates.tasks.KINDS"]
# Encrypted columns that are no EncryptedTextField: model -> column -> what the ciphertext is bound to.
SEALED_COLUMNS = {
    "imports.ImportBlob": {"file": "imports.file", "plan": "imports.plan", "grid": "imports.grid"},
    "members.MemberPhoto": {"image": "members.photo"},
    "meetings.Attachment": {"content": "meetings.attachment"},
    "meetings.VillageFile": {"content": "meetings.village_file"},
}
# Asked before a unit is dissolved; each takes the organization and raises Refused.
CLOSURE_CHECKS = [
    "zhibu.members.summaries.closure.check_no_members",
    "zhibu.certificates.summaries.stock.balances.check_no_blanks",
]
CORRECTION_FOLLOWERS = ["zhibu.dues.actions.follow_corrections"]  # told of corrected ids, fields, the day
# Where the lines of the booklet's ledger pages come from; a page that is not named is kept by hand.
OVERPRINT_SOURCES = {
    "annual_review": "zhibu.reviews.summaries.booklet_lines.reviews",
    "quarterly_inspection": "zhibu.inspections.summaries.booklet_lines.inspections",
    "issue": "zhibu.certificates.summaries.overprint.issue_lines",
    "dues": "zhibu.dues.summaries.booklet_lines.dues",
    "transfers": "zhibu.mobility.summaries.booklet_lines.transfers",
    "floating": "zhibu.mobility.summaries.booklet_lines.floating",
    "rewards": "zhibu.conduct.summaries.booklet_lines.rewards",
    "penalties": "zhibu.conduct.summaries.booklet_lines.penalties",
    "points": "zhibu.points.summaries.booklet_lines.points",
}
POLICIES = [
    "zhibu.certificates.policies.NUMBERING",
    "zhibu.certificates.policies.BOOKLET",
    "zhibu.certificates.policies_dispositions.DISPOSITIONS",
    "zhibu.members.policies.MEMBERSHIP",
    "zhibu.members.policies.TAKE_OVER",
    "zhibu.certificates.policies_withdrawals.WITHDRAWAL",
    "zhibu.reviews.policies.REVIEWS",
    "zhibu.mobility.policies.LETTERS",
    "zhibu.mobility.policies_floating.FLOATING",
    "zhibu.dues.policies.DUES",
    "zhibu.points.policies.POINTS",
    "zhibu.meetings.policies.MEETINGS",
    "zhibu.education.policies.STUDY",
    "zhibu.inspections.policies.INSPECTION",
    "zhibu.months.policies.MONTHS",
]
