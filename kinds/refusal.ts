/** What a kind says of a file that it does not analyse, and what to do about it. No retry mends it. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** What every kind that decodes media refuses in the same words. */
export const mediaRefusals = {
  empty: (): Refusal => ({
    code: 'EMPTY_FILE',
    message: 'The file has no bytes.',
    hint: 'Upload it again; the transfer may have been cut off.',
  }),
  playlist: (format: string): Refusal => ({
    code: 'PLAYLIST_REFUSED',
    message: `The file is a ${format} playlist, which names other files. Playlists are never followed.`,
    hint: 'Join the parts into one file first and submit that.',
  }),
} as const;
