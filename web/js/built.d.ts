// What the build writes at the head of sw.js.
declare const VERSION: string;
declare const FILES: string[];
