/** Formats that say what they are at a fixed place: hexadecimal bytes. The first that fits counts. */
export type Family =
  | 'audio'
  | 'video'
  | 'image'
  | 'archive'
  | 'document'
  | 'executable'
  | 'database'
  | 'table'
  | 'text'
  | 'font'
  | 'disk'
  | 'model'
  | 'data'
  | 'unknown';

export interface FileType {
  readonly mime: string;
  /** Short name of the format. */
  readonly container: string;
  readonly family: Family;
  /** Extensions that such a file may have, in lower case. */
  readonly extensions: readonly string[];
}

export interface Signature {
  readonly bytes: string;
  readonly at: number;
  readonly type: FileType;
}

export const fileType = (family: Family, mime: string, container: string, extensions: string): FileType => ({
  family,
  mime,
  container,
  extensions: extensions.split(' ').filter((extension) => extension !== ''),
});

const of =
  (family: Family) =>
  (bytes: string, mime: string, container: string, extensions: string, at = 0): Signature => ({
    bytes,
    at,
    type: fileType(family, mime, container, extensions),
  });

const image = of('image');
const audio = of('audio');
const video = of('video');
const archive = of('archive');
const document = of('document');
const executable = of('executable');
const database = of('database');
const font = of('font');
const disk = of('disk');
const data = of('data');
const table = of('table');

export const headSignatures: readonly Signature[] = [
  image('89504e470d0a1a0a', 'image/png', 'png', 'png apng'),
  image('ffd8ff', 'image/jpeg', 'jpeg', 'jpg jpeg jpe jfif'),
  image('474946383761', 'image/gif', 'gif', 'gif'),
  image('474946383961', 'image/gif', 'gif', 'gif'),
  image('49492a0010000000435202', 'image/x-canon-cr2', 'cr2', 'cr2'),
  image('49492a00', 'image/tiff', 'tiff', 'tif tiff dng nef arw'),
  image('4d4d002a', 'image/tiff', 'tiff', 'tif tiff dng nef arw'),
  image('49492b00', 'image/tiff', 'bigtiff', 'tif tiff btf'),
  image('4d4d002b', 'image/tiff', 'bigtiff', 'tif tiff btf'),
  image('38425053', 'image/vnd.adobe.photoshop', 'psd', 'psd psb'),
  image('0000000c6a502020', 'image/jp2', 'jpeg2000', 'jp2 jpx jpf jpm'),
  image('ff4fff51', 'image/jp2', 'jpeg2000', 'j2k j2c jpc'),
  image('0000000c4a584c20', 'image/jxl', 'jxl', 'jxl'),
  image('ff0a', 'image/jxl', 'jxl', 'jxl'),
  image('00000100', 'image/vnd.microsoft.icon', 'ico', 'ico'),
  image('00000200', 'image/vnd.microsoft.icon', 'cur', 'cur'),
  image('762f3101', 'image/x-exr', 'exr', 'exr'),
  image('44445320', 'image/vnd-ms.dds', 'dds', 'dds'),
  image('716f6966', 'image/qoi', 'qoi', 'qoi'),
  image('53445058', 'image/x-dpx', 'dpx', 'dpx'),
  image('67696d7020786366', 'image/x-xcf', 'xcf', 'xcf'),
  image('233f52414449414e4345', 'image/vnd.radiance', 'hdr', 'hdr pic'),
  image('233f52474245', 'image/vnd.radiance', 'hdr', 'hdr pic'),
  audio('664c6143', 'audio/flac', 'flac', 'flac'),
  audio('494433', 'audio/mpeg', 'mp3', 'mp3 mp2 aac'),
  audio('4d546864', 'audio/midi', 'midi', 'mid midi'),
  audio('2321414d52', 'audio/amr', 'amr', 'amr'),
  audio('2e736e64', 'audio/basic', 'au', 'au snd'),
  audio('4d414320', 'audio/x-ape', 'ape', 'ape'),
  audio('7776706b', 'audio/x-wavpack', 'wavpack', 'wv'),
  audio('63616666', 'audio/x-caf', 'caf', 'caf'),
  video('464c5601', 'video/x-flv', 'flv', 'flv f4v'),
  video('000001ba', 'video/mpeg', 'mpeg-ps', 'mpg mpeg vob m2p sub'),
  video('000001b3', 'video/mpeg', 'mpeg-video', 'mpg mpeg m2v m1v'),
  video('3026b2758e66cf11a6d900aa0062ce6c', 'video/x-ms-asf', 'asf', 'asf wmv wma'),
  video('2e524d46', 'application/vnd.rn-realmedia', 'realmedia', 'rm rmvb'),
  video('060e2b34020501010d0102', 'application/mxf', 'mxf', 'mxf'),
  video('444b4946', 'video/x-ivf', 'ivf', 'ivf'),
  video('59555634', 'video/x-yuv4mpeg', 'y4m', 'y4m'),
  archive('1f8b', 'application/gzip', 'gzip', 'gz gzip tgz svgz emz'),
  archive('fd377a585a00', 'application/x-xz', 'xz', 'xz txz'),
  archive('425a68', 'application/x-bzip2', 'bzip2', 'bz2 tbz tbz2'),
  archive('04224d18', 'application/x-lz4', 'lz4', 'lz4'),
  archive('02214c18', 'application/x-lz4', 'lz4', 'lz4'),
  // By the dictionaries of its presets, from 256 kB to 64 MB.
  ...['00000400', '00001000', '00002000', '00004000', '00008000', '00000001', '00000002', '00000004'].map(
    (size) => archive(`5d${size}`, 'application/x-lzma', 'lzma', 'lzma'),
  ),
  archive('377abcaf271c', 'application/x-7z-compressed', '7z', '7z cb7'),
  archive('526172211a0700', 'application/vnd.rar', 'rar', 'rar cbr'),
  archive('526172211a070100', 'application/vnd.rar', 'rar', 'rar cbr'),
  archive('4d534346', 'application/vnd.ms-cab-compressed', 'cab', 'cab'),
  archive('60ea', 'application/x-arj', 'arj', 'arj'),
  archive('1f9d', 'application/x-compress', 'compress', 'z'),
  archive('213c617263683e0a', 'application/x-archive', 'ar', 'a deb ar lib'),
  archive('edabeedb', 'application/x-rpm', 'rpm', 'rpm'),
  archive('78617221', 'application/x-xar', 'xar', 'xar pkg'),
  archive('303730373031', 'application/x-cpio', 'cpio', 'cpio'),
  archive('303730373037', 'application/x-cpio', 'cpio', 'cpio'),
  archive('303730373032', 'application/x-cpio', 'cpio', 'cpio'),
  archive('2d6c68', 'application/x-lzh', 'lzh', 'lzh lha', 2),
  archive('2a2a4143452a2a', 'application/x-ace', 'ace', 'ace', 7),
  archive('49536328', 'application/x-installshield', 'installshield-cab', 'cab'),
  archive('4d5357494d000000', 'application/x-ms-wim', 'wim', 'wim swm esd'),
  document('255044462d', 'application/pdf', 'pdf', 'pdf ai'),
  document('7b5c727466', 'application/rtf', 'rtf', 'rtf'),
  document('25215053', 'application/postscript', 'postscript', 'ps eps ai'),
  document('c5d0d3c6', 'application/postscript', 'eps', 'eps'),
  document('495453460300', 'application/vnd.ms-htmlhelp', 'chm', 'chm'),
  document('41542654464f524d', 'image/vnd.djvu', 'djvu', 'djvu djv'),
  executable('7f454c46', 'application/x-elf', 'elf', 'elf so o ko bin axf'),
  executable('feedface', 'application/x-mach-binary', 'mach-o', 'dylib bundle o'),
  executable('feedfacf', 'application/x-mach-binary', 'mach-o', 'dylib bundle o'),
  executable('cefaedfe', 'application/x-mach-binary', 'mach-o', 'dylib bundle o'),
  executable('cffaedfe', 'application/x-mach-binary', 'mach-o', 'dylib bundle o'),
  executable('6465780a', 'application/vnd.android.dex', 'dex', 'dex'),
  executable('0061736d01000000', 'application/wasm', 'wasm', 'wasm'),
  executable('4c0000000114020000000000c000000000000046', 'application/x-ms-shortcut', 'lnk', 'lnk'),
  executable('4243c0de', 'application/x-llvm', 'llvm-bitcode', 'bc'),
  database(
    '53514c69746520666f726d6174203300',
    'application/vnd.sqlite3',
    'sqlite',
    'sqlite sqlite3 db db3 gpkg mbtiles',
  ),
  database('000100005374616e64617264204a6574204442', 'application/x-msaccess', 'access', 'mdb'),
  database('000100005374616e646172642041434520', 'application/x-msaccess', 'access', 'accdb'),
  database('4455434b', 'application/x-duckdb', 'duckdb', 'duckdb db', 8),
  database('5047444d50', 'application/x-postgres-dump', 'pg_dump', 'dump backup pgdump'),
  database('524544495330', 'application/x-redis-rdb', 'rdb', 'rdb'),
  table('50415231', 'application/vnd.apache.parquet', 'parquet', 'parquet pq'),
  table('4152524f5731', 'application/vnd.apache.arrow.file', 'arrow', 'arrow feather'),
  table('4f5243', 'application/x-orc', 'orc', 'orc'),
  table('4f626a01', 'application/avro', 'avro', 'avro'),
  table('934e554d5059', 'application/x-npy', 'npy', 'npy'),
  table('3c7374617461', 'application/x-stata-dta', 'stata', 'dta'),
  // Releases 8 to 12, of either byte order.
  ...['7101', '7102', '7201', '7202', '7301', '7302'].map((release) =>
    table(`${release}0100`, 'application/x-stata-dta', 'stata', 'dta'),
  ),
  table('24464c32', 'application/x-spss-sav', 'spss', 'sav'),
  table('24464c33', 'application/x-spss-sav', 'spss', 'sav zsav'),
  table('c2ea8160b31411cf', 'application/x-sas-data', 'sas', 'sas7bdat', 12),
  data('894844460d0a1a0a', 'application/x-hdf5', 'hdf5', 'h5 hdf5 hdf nc mat'),
  data('43444601', 'application/netcdf', 'netcdf', 'nc cdf'),
  data('43444602', 'application/netcdf', 'netcdf', 'nc cdf'),
  data('43444605', 'application/netcdf', 'netcdf', 'nc cdf'),
  data('0e031301', 'application/x-hdf4', 'hdf4', 'hdf h4'),
  data('4d41544c414220352e30', 'application/x-matlab-data', 'matlab', 'mat'),
  data('2e464954', 'application/vnd.ant.fit', 'garmin-fit', 'fit', 8),
  data('4449434d', 'application/dicom', 'dicom', 'dcm dicom ima', 128),
  data('706c790a', 'model/ply', 'ply', 'ply'),
  data('706c790d', 'model/ply', 'ply', 'ply'),
  data('676c5446', 'model/gltf-binary', 'glb', 'glb vrm'),
  data('4b617964617261204642582042696e617279', 'model/fbx', 'fbx', 'fbx'),
  data('41433130', 'image/vnd.dwg', 'dwg', 'dwg'),
  data('424c454e444552', 'application/x-blender', 'blend', 'blend'),
  data('64383a616e6e6f756e6365', 'application/x-bittorrent', 'torrent', 'torrent'),
  data('2320763220676974206275', 'application/x-git-bundle', 'git-bundle', 'bundle'),
  data('2320763320676974206275', 'application/x-git-bundle', 'git-bundle', 'bundle'),
  data('47524942', 'application/x-grib', 'grib', 'grib grb grib2'),
  data('53494d504c4520203d', 'application/fits', 'fits', 'fits fit fts'),
  of('model')('47475546', 'application/x-gguf', 'gguf', 'gguf'),
  data('d4c3b2a1', 'application/vnd.tcpdump.pcap', 'pcap', 'pcap cap dmp'),
  data('a1b2c3d4', 'application/vnd.tcpdump.pcap', 'pcap', 'pcap cap dmp'),
  data('0a0d0d0a', 'application/x-pcapng', 'pcapng', 'pcapng'),
  font('774f4646', 'font/woff', 'woff', 'woff'),
  font('774f4632', 'font/woff2', 'woff2', 'woff2'),
  font('4f54544f', 'font/otf', 'opentype', 'otf ttf'),
  font('0001000000', 'font/ttf', 'truetype', 'ttf otf'),
  font('74727565', 'font/ttf', 'truetype', 'ttf dfont'),
  font('74746366', 'font/collection', 'truetype-collection', 'ttc otc'),
  disk('514649fb', 'application/x-qemu-disk', 'qcow', 'qcow qcow2 img'),
  disk('4b444d', 'application/x-vmdk', 'vmdk', 'vmdk'),
  disk('7668647866696c65', 'application/x-vhdx', 'vhdx', 'vhdx'),
  disk('68737173', 'application/vnd.squashfs', 'squashfs', 'squashfs sqsh snap'),
  disk('4344303031', 'application/x-iso9660-image', 'iso9660', 'iso img', 32_769),
  disk('4245413031', 'application/x-udf-image', 'udf', 'iso img udf', 32_769),
  disk('53ef0100', 'application/x-ext-filesystem', 'ext', 'img ext2 ext3 ext4', 1080),
  archive('7573746172', 'application/x-tar', 'tar', 'tar', 257),
  data('424547494e3a5643415244', 'text/vcard', 'vcard', 'vcf vcard'),
];

/** Formats that are known by their last bytes; `at` is counted from the end. */
export const tailSignatures: readonly Signature[] = [
  disk('6b6f6c79', 'application/x-apple-diskimage', 'dmg', 'dmg', 512),
  disk('636f6e6563746978', 'application/x-vhd', 'vhd', 'vhd vpc', 512),
  image('54525545564953494f4e2d5846494c452e00', 'image/x-tga', 'tga', 'tga icb vda', 18),
];
