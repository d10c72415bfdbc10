// Icons in use (names of @tabler/icons, outline). One sprite is built from them.
export const ICONS = [
  "alert-octagon", "alert-triangle", "arrow-back-up", "arrow-left", "arrow-merge", "arrow-right", "award", "ban",
  "bell", "book", "building", "building-community", "calendar-check", "calendar-event", "camera", "certificate",
  "check", "chevron-down", "chevron-left", "chevron-right", "chevron-up", "circle-check", "circle-dashed",
  "circle-minus", "circle-plus", "circle-x", "clipboard-check", "clipboard-list", "clock", "clock-exclamation",
  "coin", "copy", "dots", "download", "edit", "equal", "external-link", "eye", "eye-off", "file-check",
  "file-download", "file-spreadsheet", "file-text", "file-zip", "filter", "flag", "folder", "hash", "heart-handshake",
  "help", "history", "home", "hourglass", "id", "id-badge", "inbox", "info-circle", "key", "language", "link",
  "list-check", "lock", "lock-open", "login", "logout", "map-pin", "menu-2", "message-2", "minus", "package", "pencil", "phone",
  "photo", "player-stop", "plus", "printer", "qrcode", "question-mark", "refresh", "rotate", "rubber-stamp", "scale",
  "school", "search", "send", "settings", "shield-check", "shield-lock", "shield-x", "sitemap", "stairs", "star",
  "table", "table-export", "table-import", "text-size", "trash", "upload", "user", "user-check", "user-cog",
  "user-minus", "user-off", "user-plus", "users", "users-group", "writing-sign", "x", "zoom-question",
];
