/**
 * Texts that name other files and addresses, with what tells whether somebody followed them: a secret beside them, and a
 * listener that counts who connects.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { clip } from './clips.ts';

export interface Lures {
  /** The word that only the secret file holds. */
  readonly word: string;
  readonly connections: () => number;
  /** Each a path of a playlist in disguise. */
  readonly playlists: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function layLures(directory: string): Promise<Lures> {
  const word = `canary-${crypto.randomUUID()}`;
  const secret = join(directory, 'secret.txt');
  writeFileSync(secret, `${word}\n`.repeat(50));
  // A film that a player would be glad to play, with the word in its tags.
  const film = clip(join(directory, 'target.ts'), {
    output: ['-c:v', 'mpeg2video', '-metadata', `service_name=${word}`, '-f', 'mpegts'],
  });
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const write = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };
  return {
    word,
    connections: () => connections,
    playlists: playlistsOf(write, { film, secret, address }),
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}

interface Targets {
  readonly film: string;
  readonly secret: string;
  readonly address: string;
}

function playlistsOf(
  write: (name: string, text: string) => string,
  targets: Targets,
): Record<string, string> {
  const { film, secret, address } = targets;
  const segment = (uri: string): string => `#EXTINF:3,\n${uri}\n`;
  const hls = `#EXTM3U\n#EXT-X-TARGETDURATION:3\n${[film, 'target.ts', secret, `${address}/a.ts`].map(segment).join('')}#EXT-X-ENDLIST\n`;
  const list = `${[film, 'target.ts', secret, `${address}/a.ts`].map((uri) => `file '${uri}'`).join('\n')}\n`;
  return {
    'HLS named .mp4': write('hls.mp4', hls),
    'HLS after a mark and blank lines': write('hls-marked.mp4', `\ufeff\n\n${hls}`),
    'ffconcat named .mp4': write('ffconcat.mp4', `ffconcat version 1.0\n${list}`),
    'ffconcat after a comment': write('ffconcat-comment.mp4', `# a film\n${list}`),
    'DASH named .mp4': write(
      'dash.mp4',
      `<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><BaseURL>${address}/</BaseURL></Period></MPD>\n`,
    ),
    'SDP named .mp4': write(
      'sdp.mp4',
      `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video ${address.slice(address.lastIndexOf(':') + 1)} RTP/AVP 96\n`,
    ),
  };
}

/** Files below the directories that hold the word, besides those named. */
export function filesWith(word: string, directories: readonly string[]): readonly string[] {
  return directories.flatMap((directory) =>
    readdirSync(directory, { recursive: true, withFileTypes: true }).flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      return entry.isFile() && holds(path, word) ? [path] : [];
    }),
  );
}

function holds(path: string, word: string): boolean {
  try {
    return readFileSync(path).includes(word);
  } catch {
    return false; // Gone in the meantime.
  }
}
