"""The table of well-known outlets and agencies: add a line to teach it one."""

from __future__ import annotations

# The first name of a line stands for the outlet, the others are what else it is called. A name is
# known in any letter case; one with ^ needs its capitals, and one with ! is an everyday word or
# short for other things too: it needs its capitals and a clear sign that it is meant as a source.
TABLE = """
The New York Times, N.Y. Times, NY Times, NYT, nytimes
The Washington Post, WaPo, Wash Post
The Wall Street Journal, WSJ
Financial Times, FT!
Associated Press, The AP!
Reuters, Thomson Reuters
AFP^, Agence France-Presse
DPA^, Deutsche Presse-Agentur
PA Media, Press Association, PA!
Xinhua, Xinhua News Agency
TASS^, Itar-Tass
RIA Novosti
Interfax
Kyodo, Kyodo News
Jiji Press
Yonhap, Yonhap News Agency
Press Trust of India, PTI^
Asian News International, ANI!
Anadolu, Anadolu Agency
ANSA^
EFE^
UPI^, United Press International
Bloomberg^, Bloomberg News
BBC, British Broadcasting Corporation
BBC News
BBC Sport
ITV News
Channel 4 News
Sky News
Sky Sports
Al Jazeera, Aljazeera, AJE^
Al Arabiya
Deutsche Welle, DW!
France 24
Euronews
RT!, Russia Today
CGTN
NHK
CBC^, CBC News
CTV News
ABC^
ABC News
CBS
CBS News
CBS Sports
NBC
NBC News
NBC Sports
MSNBC
CNN, CNN International
CNBC
Fox^
Fox News, Fox News Channel, FNC^
Fox Business
Fox Sports
ESPN
NPR, National Public Radio
PBS
PBS NewsHour
C-SPAN
Newsmax
The Guardian^
The Independent^
The Times!, Times of London
The Sunday Times^
The Telegraph^, The Daily Telegraph
Daily Mail, MailOnline
The Sun!
The Mirror!, Daily Mirror^
Daily Express^
Evening Standard^
Metro!
The Economist^
The Spectator^
New Statesman^
The Observer!
The Scotsman^
The Irish Times
Irish Independent^
USA Today
Los Angeles Times, L.A. Times, LA Times
Chicago Tribune
Boston Globe^
San Francisco Chronicle
Seattle Times
Miami Herald
Houston Chronicle
New York Post, NY Post
New York Daily News
Politico
Axios
The Hill!
The Atlantic^
The New Yorker^
The Intercept^
ProPublica
HuffPost, Huffington Post
BuzzFeed News, BuzzFeed
Vox^
Vice News, Vice!
Slate!
Salon!
Daily Beast
Semafor
Insider!, Business Insider
Newsweek
Time!, Time magazine
Fortune!, Fortune magazine
Forbes
Barron's^
MarketWatch
Seeking Alpha^
Quartz!
Fast Company^
The Week!
People!, People magazine
Variety!
The Hollywood Reporter
Billboard!
Rolling Stone^
Pitchfork^
Music Business Worldwide
Entertainment Weekly
Vanity Fair^
Nature!
Science!
Scientific American
New Scientist^
National Geographic
Live Science^
Space.com
The Verge
Wired!
TechCrunch
Engadget
CNET
ZDNet
Ars Technica
Mashable
Gizmodo
Polygon!
IGN
Kotaku
PCWorld
Today!
The Athletic^
Sports Illustrated
Sporting News^
TalkSport
Yardbarker
Cricbuzz
The Globe and Mail
Toronto Star^
National Post^
The Age!
Sydney Morning Herald, SMH^
The Australian!
The Conversation!
The New Zealand Herald, NZ Herald
South China Morning Post, SCMP^
The Straits Times
Channel NewsAsia
Nikkei, Nikkei Asia
Japan Times
Asahi Shimbun
Global Times^
China Daily
People's Daily
The Hindu!
Times of India, TOI^
Hindustan Times
Indian Express^
Economic Times^
Business Standard^
NDTV
Dawn!
Haaretz
Jerusalem Post
Times of Israel
Globes!
Der Spiegel, Spiegel^
Die Zeit^
Süddeutsche Zeitung
Frankfurter Allgemeine Zeitung, FAZ^
Neue Zürcher Zeitung, NZZ
Le Monde
Le Figaro
Libération
El País
El Mundo
Corriere della Sera
La Repubblica
Folha de S.Paulo, Folha
Kyiv Independent
Kyiv Post
Moscow Times
The Astrophysical Journal
"""
# What an outlet's own desks and channels add to its name.
EDITIONS = frozenset(
    """news sport sports business tech technology health science entertainment arts culture
    lifestyle life style travel politics money opinion world europe asia africa america us uk
    international english online digital magazine radio tv television channel television weekend
    sunday climate environment education future money finance markets video india australia and
    breaking latest home com""".split()
)
